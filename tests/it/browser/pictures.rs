//! The README's pictures, taken with the real model where `PAPERKIN_SCREENSHOTS` names a folder for them.

use std::path::PathBuf;

use super::driver::Browser;
use super::live::Server;
use crate::support::{seeds, Desk};

#[test]
fn pictures_of_the_seed_pages() {
    let Some(folder) = std::env::var_os("PAPERKIN_SCREENSHOTS").map(PathBuf::from) else { return };
    let Some(browser) = Browser::open() else { return };
    let desk = Desk::new();
    for page in std::fs::read_dir(seeds()).expect("seeds").flatten() {
        let text = std::fs::read_to_string(page.path()).expect("a page");
        desk.write(&format!("seeds/{}", page.file_name().to_string_lossy()), &text);
    }
    assert_eq!(desk.run(&["report", "seeds", "-o", "report.html"]).code, 0);
    let report = format!("file://{}", desk.path("report.html").display());
    browser.look(1280, 1720, false);
    browser.go(&report);
    browser.picture(&folder.join("report-light.png"));
    browser.look(1280, 1100, true);
    browser.go(&format!("{report}#paper=000_b9d33a1091af299e%3A82"));
    browser.until("document.querySelectorAll('#card .kin li').length > 3");
    browser.run("document.querySelector('#map').scrollIntoView();");
    browser.picture(&folder.join("report-dark.png"));

    let server = Server::start(&desk);
    browser.look(1280, 1000, false);
    browser.go(&format!("{}#q=mixture+of+experts+inference+on+GPUs", server.address));
    browser.click("#results .why summary");
    browser.until("document.querySelector('#results .why .met li') !== null");
    browser.run("document.querySelector('#map').scrollIntoView();");
    browser.picture(&folder.join("live-search.png"));
    browser.look(1280, 1000, true);
    browser.go(&server.address);
    browser.run("document.querySelector('#duplicates').scrollIntoView();");
    browser.click("#groups [aria-expanded]");
    browser.until("document.querySelector('.beside') !== null");
    // What came meanwhile has pushed it down.
    browser.run("document.querySelector('#duplicates').scrollIntoView();");
    browser.picture(&folder.join("live-duplicates.png"));
}
