//! The live page, as `paperkin serve` gives it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use fantoccini::key::Key;
use serde_json::json;

use super::collection::collection;
use super::driver::Browser;
use super::{drawn, fits, is_reached_by_keyboard, is_sound};
use crate::support::Desk;

/// A server on a port of its own, which ends with the test.
pub(super) struct Server {
    process: Child,
    pub(super) address: String,
}

impl Server {
    pub(super) fn start(desk: &Desk) -> Self {
        let mut process = desk
            .command(&["serve", "--port", "0"])
            .env_remove("PAPERKIN_TOKEN")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut lines = BufReader::new(process.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
        let told = lines.find_map(|line| line.split("serving at ").nth(1).map(str::to_owned)).expect("the address");
        std::thread::spawn(move || lines.count());
        Server { process, address: told.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_live_page_answers_and_remembers() {
    let Some(browser) = Browser::open() else { return };
    let desk = Desk::new();
    desk.write("papers.jsonl", &collection());
    desk.index(&["papers.jsonl"]);
    let server = Server::start(&desk);
    browser.look(1280, 900, false);
    browser.go(&server.address);
    assert!(browser.text("document.querySelector('#lede').textContent").starts_with("87 papers from 1 source"));
    assert!(drawn(&browser) > 1000, "the map is drawn");
    is_sound(&browser, "the page as it opens");

    a_text_is_answered_with_reasons(&browser);
    filters_go_with_the_question(&browser);
    papers_lead_to_others(&browser);
    topics_are_drilled_into(&browser);
    decide_that_the_copies_differ(&browser);
    drop(server);
    let server = Server::start(&desk);
    the_decision_is_remembered(&browser, &server);
    other_looks(&browser, &server);
}

fn a_text_is_answered_with_reasons(browser: &Browser) {
    browser.keys("/");
    browser.until("document.activeElement.id === 'query'");
    browser.keys("bleaching of a coral reef in a warm sea");
    browser.until("!document.querySelector('#found').hidden && document.querySelectorAll('#hits li').length > 3");
    browser.key(Key::Down);
    browser.key(Key::Enter);
    browser.until("!document.querySelector('#card').hidden && document.querySelectorAll('#card .kin li').length > 3");
    is_sound(browser, "a card");
    browser.key(Key::Escape);
    browser.run("document.querySelector('#query').focus();");
    browser.key(Key::Enter);
    browser.until("document.activeElement.closest('#results') !== null");
    assert!(browser.text("document.querySelector('#results .result').dataset.id").starts_with("coral"));
    browser.until(
        "/\\d\\.\\d\\d.*closer than [\\d.]+ % of pairs/.test(document.querySelector('#results .figures').textContent)",
    );
    browser.click("#results .why summary");
    browser.until("document.querySelector('#results .why .keywords') !== null");
    browser.until("document.querySelector('#results .why .met li') !== null");
    // Copies are one answer that names the others.
    let versions = "library.source.groupOf(library.rowOf('coral-0')).then((group) => done(group ? group.papers : []))";
    assert_eq!(browser.run_until_done(versions), json!(["coral-0", "coral-copy"]));
    let both = "[...document.querySelectorAll('#results .result')].filter((node) => ['coral-0', 'coral-copy'].includes(node.dataset.id)).length";
    assert!(browser.value(both).as_u64().expect("a number") <= 1, "copies are folded");
    is_sound(browser, "results with reasons");
}

fn filters_go_with_the_question(browser: &Browser) {
    browser.run("document.querySelector('#filters [name=from]').focus();");
    browser.keys("2016");
    browser.until("state.filters.from === '2016' && asking === null");
    browser.until("[...document.querySelectorAll('#results .where')].every((node) => Number(node.textContent.slice(0, 4)) >= 2016)");
    browser.run("document.querySelector('#filters [name=venue]').focus();");
    browser.keys("Annals");
    browser.until(
        "[...document.querySelectorAll('#results .where')].every((node) => node.textContent.includes('Annals'))",
    );
    assert!(browser.value("document.querySelectorAll('#results .result').length > 0").as_bool().unwrap_or_default());
    let address = browser.text("location.href");
    let found = browser.text("document.querySelector('#results').textContent");
    browser.go(&address);
    browser.until("document.querySelectorAll('#results .result').length > 0");
    assert_eq!(browser.text("document.querySelector('#results').textContent"), found, "the address holds the view");
}

fn papers_lead_to_others(browser: &Browser) {
    browser.run("go({ ...NOTHING, row: library.rowOf('violin-3') });");
    browser.click("#card [data-more]");
    browser.until("state.like.length === 1 && document.querySelectorAll('#results .result').length > 3");
    let ids = "[...document.querySelectorAll('#results .result')].slice(0, 5).map((node) => node.dataset.id)";
    browser.until(&format!("{ids}.every((id) => id.startsWith('violin') && id !== 'violin-3')"));
    browser.run("go({ row: library.rowOf('violin-4') });");
    browser.click("#card [data-less]");
    browser.until("state.unlike.length === 1 && asking === null");
    browser.until("[...document.querySelectorAll('#results .result')].every((node) => node.dataset.id !== 'violin-4')");
    is_sound(browser, "more and less like papers");
    browser.run("go({ ...NOTHING });");
}

fn topics_are_drilled_into(browser: &Browser) {
    browser.click("#legend button");
    browser.until("state.topics.size === 1 && map.view.lit === library.topics[0].size");
    browser.run("go({ ...NOTHING }); document.querySelector('#topics').scrollIntoView();");
    browser.click("[data-topic] details summary");
    browser.until("document.querySelectorAll('.topic .members li').length === library.topics[0].size");
    browser.until("document.querySelector('.topic .lines').textContent.length > 40");
    browser.until("document.querySelectorAll('.spark polyline').length > 3");
    browser.click(".near button");
    browser.until("document.querySelectorAll('#apart-words h3').length === 2");
    browser.click("#topic-views [data-list=tree]");
    browser.until("document.querySelector('.tree') !== null");
    is_sound(browser, "topics");
    browser.run("go({ ...NOTHING });");
}

const COPIES: &str = "[data-group=\"bread-0\"], [data-group=\"bread-copy\"]";

fn decide_that_the_copies_differ(browser: &Browser) {
    browser.run("document.querySelector('#duplicates').scrollIntoView();");
    browser.until(&format!("document.querySelector('{COPIES}') !== null"));
    browser.run(&format!("document.querySelector('{COPIES}').querySelector('[aria-expanded]').click();"));
    browser.until("document.querySelectorAll('.beside :is(ins, del)').length > 1");
    is_sound(browser, "records side by side");
    browser.run(&format!("document.querySelector('{COPIES}').querySelector('[data-verdict=\"not same\"]').click();"));
    browser.until(&format!("document.querySelector('{COPIES}').textContent.includes('Remembered')"));
    browser.until("!document.querySelector('#decided').hidden");
    is_sound(browser, "a decision");
}

fn the_decision_is_remembered(browser: &Browser, server: &Server) {
    browser.go(&server.address);
    browser.run("document.querySelector('#duplicates').scrollIntoView();");
    browser.until("document.querySelector('[data-group]') !== null && !document.querySelector('#decided').hidden");
    assert_eq!(
        browser.value(&format!("document.querySelector('{COPIES}')")),
        json!(null),
        "they are no group any more"
    );
    let decided = "document.querySelector('#decided-list [data-verdict=\"not same\"]').getAttribute('aria-pressed')";
    assert_eq!(browser.text(decided), "true");
    assert!(browser.text("document.querySelector('#decided-list').textContent").contains("is not the same as"));
    browser.run(
        "const back = document.querySelector('#decided-list [data-verdict=undecided]'); back.focus(); back.click();",
    );
    browser.until("document.querySelector('#decided-list').textContent.includes('Taken back')");
    browser.go(&server.address);
    browser.run("document.querySelector('#duplicates').scrollIntoView();");
    browser.until(&format!("document.querySelector('{COPIES}') !== null"));
}

fn other_looks(browser: &Browser, server: &Server) {
    is_reached_by_keyboard(browser);
    assert_eq!(browser.text("document.querySelector('#theme').getAttribute('aria-pressed')"), "false");
    browser.click("#theme");
    browser.until("getComputedStyle(document.body).backgroundColor === 'rgb(22, 21, 20)'");
    browser.go(&server.address);
    browser.until("document.documentElement.dataset.theme === 'dark'");
    is_sound(browser, "in the dark");
    browser.look(390, 844, false);
    browser.go(&format!("{}#q=graph+with+a+cycle", server.address));
    browser.until("document.querySelectorAll('#results .result').length > 3");
    fits(browser);
    is_sound(browser, "390 pixels wide");
}
