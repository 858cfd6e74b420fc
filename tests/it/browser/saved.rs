//! The saved report, opened as a file.

use fantoccini::key::Key;
use serde_json::json;

use super::collection::{collection, HOSTILE};
use super::driver::Browser;
use super::{drawn, fits, is_reached_by_keyboard, is_sound};
use crate::support::Desk;

#[test]
fn the_saved_report_works_as_a_file() {
    let Some(browser) = Browser::open() else { return };
    let desk = Desk::new();
    desk.write("papers.jsonl", &collection());
    desk.index(&["papers.jsonl"]);
    assert_eq!(desk.run(&["report", "-o", "report.html"]).code, 0);
    let address = format!("file://{}", desk.path("report.html").display());
    browser.look(1280, 900, false);
    browser.go(&address);
    assert!(browser.text("document.querySelector('#lede').textContent").starts_with("87 papers from 1 source"));
    assert!(drawn(&browser) > 1000, "the map is drawn");
    is_sound(&browser, "the report as it opens");

    words_are_found_and_kept_in_the_address(&browser);
    papers_lead_to_others(&browser);
    regions_and_filters_narrow(&browser);
    topics_tell_themselves(&browser);
    repeats_stand_side_by_side(&browser);
    strangers_text_is_text(&browser, &desk);
    other_looks(&browser, &address);
}

fn words_are_found_and_kept_in_the_address(browser: &Browser) {
    browser.keys("/");
    browser.until("document.activeElement.id === 'query'");
    browser.keys("sourdough yeast");
    browser.until("!document.querySelector('#found').hidden && document.querySelectorAll('#hits li').length > 3");
    browser.key(Key::Down);
    browser.key(Key::Down);
    let chosen = browser.text("document.querySelector('#hits [aria-selected=true] b').textContent");
    browser.key(Key::Enter);
    browser.until("!document.querySelector('#card').hidden");
    assert_eq!(browser.text("document.querySelector('#card-title').textContent"), chosen);
    browser.until("document.querySelectorAll('#card .kin li').length > 3");
    assert!(browser.value("document.querySelector('#card .abstract mark') !== null").as_bool().unwrap_or_default());
    is_sound(browser, "a card");
    browser.key(Key::Escape);
    browser.until("document.querySelector('#card').hidden");

    browser.run("document.querySelector('#query').focus();");
    browser.key(Key::Enter);
    browser.until("document.activeElement.closest('#results') !== null");
    let first = browser.text("document.activeElement.textContent");
    browser.key(Key::Down);
    assert_ne!(browser.text("document.activeElement.textContent"), first, "Down goes to the next result");
    let (address, found) =
        (browser.text("location.href"), browser.text("document.querySelector('#tab-results').textContent"));
    browser.go(&address);
    browser.until("document.querySelectorAll('#results li').length > 3");
    assert_eq!(browser.text("document.querySelector('#tab-results').textContent"), found, "the address holds the view");
    assert_eq!(browser.text("document.querySelector('#query').value"), "sourdough yeast");
    is_sound(browser, "results");
}

fn papers_lead_to_others(browser: &Browser) {
    browser.click("#results [data-more]");
    browser.until("state.like.length === 1 && document.querySelectorAll('#results .figures').length > 3");
    let bread = "[...document.querySelectorAll('#results .result')].slice(0, 5).every((node) => node.dataset.id.startsWith('bread'))";
    assert!(browser.value(bread).as_bool().unwrap_or_default(), "papers like one on bread are on bread");
    let disliked = browser.text("document.querySelector('#results .result').dataset.id");
    browser.click("#results [data-less]");
    browser.until("state.unlike.length === 1 && document.querySelector('#results .result') !== null");
    let is_gone =
        format!("[...document.querySelectorAll('#results .result')].every((node) => node.dataset.id !== {disliked:?})");
    browser.until(&is_gone);
    assert_eq!(browser.value("document.querySelectorAll('#question .chip').length"), 2);
    is_sound(browser, "more and less like papers");
    browser.click("#question li:last-child button");
    browser.until("document.querySelector('#question').hidden && document.querySelector('#tab-results').hidden");
}

fn regions_and_filters_narrow(browser: &Browser) {
    browser.click("#in-view");
    browser.until("!document.querySelector('#side-region').hidden");
    assert!(browser.text("document.querySelector('#side-region').textContent").starts_with("87 papers"));
    browser.run("document.querySelector('#filters [name=category]').focus();");
    browser.keys("galaxy");
    browser.until("state.filters.category === 'galaxy'");
    browser.until("document.querySelector('#side-region').textContent.startsWith('14 papers')");
    browser.run("document.querySelector('#filters [name=from]').focus();");
    browser.keys("2015");
    browser.until("state.filters.from === '2015'");
    assert!(
        browser.value("map.view.lit < 14 && map.view.lit > 0").as_bool().unwrap_or_default(),
        "years narrow further"
    );
    is_sound(browser, "a region");
    // A region drawn by hand, around the whole map.
    browser.run("go({ ...NOTHING }); document.querySelector('#pick').click();");
    browser.run(
        "const canvas = document.querySelector('#canvas'); const { width, height } = map.view;
         const at = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, { pointerId: 1, pointerType: 'mouse', bubbles: true,
           clientX: canvas.getBoundingClientRect().left + x, clientY: canvas.getBoundingClientRect().top + y }));
         canvas.setPointerCapture = () => {};
         at('pointerdown', 1, 1);
         for (const [x, y] of [[width - 2, 1], [width - 2, height - 2], [1, height - 2]]) at('pointermove', x, y);
         at('pointerup', 1, height - 2);",
    );
    browser
        .until("state.region !== null && document.querySelector('#side-region').textContent.startsWith('87 papers')");
    browser.run("go({ ...NOTHING });");
}

fn topics_tell_themselves(browser: &Browser) {
    browser.click("#legend button");
    browser.until("state.topics.size === 1 && map.view.lit < library.size");
    let lit = browser.value("map.view.lit");
    assert_eq!(lit, browser.value("library.topics[0].size"), "a topic of the legend is lit");
    browser.click("#all-topics");
    browser.click("[data-topic] details summary");
    browser.until("document.querySelectorAll('.topic .members li').length === library.topics[0].size");
    assert!(
        browser.value("document.querySelectorAll('.spark polyline').length > 3").as_bool().unwrap_or_default(),
        "growth"
    );
    browser.click(".near button");
    browser.until("document.querySelectorAll('#apart-words li').length > 2");
    browser.click("#topic-views [data-list=tree]");
    browser.until("document.querySelector('.tree') !== null");
    browser.click(".tree details:not([open]) > summary, .tree details details > summary");
    browser.until("document.querySelector('.tree .topic h3') !== null");
    is_sound(browser, "the tree of topics");
    browser.run("go({ ...NOTHING });");
}

fn repeats_stand_side_by_side(browser: &Browser) {
    assert_eq!(browser.value("document.querySelectorAll('.group').length > 1"), json!(true));
    browser.click("[data-group=\"bread-0\"] [aria-expanded], [data-group=\"bread-copy\"] [aria-expanded]");
    browser.until("document.querySelectorAll('.beside').length === 1");
    let marked =
        "[...document.querySelectorAll('.beside :is(ins, del)')].map((node) => node.textContent.trim()).sort().join()";
    assert_eq!(browser.text(marked), "Here we,We", "only the words that differ are marked");
    assert_eq!(browser.value("document.querySelectorAll('[data-verdict]').length"), 0, "a file remembers nothing");
    is_sound(browser, "records side by side");
}

fn strangers_text_is_text(browser: &Browser, desk: &Desk) {
    let hostile = "library.rowOf(`<b id=x>&\"'`)";
    let kept = desk.run(&["show", "<b id=x>&\"'", "--format", "json"]).json();
    browser.run(&format!("go({{ ...NOTHING, row: {hostile} }});"));
    browser.until("document.querySelector('#card .abstract').textContent.length > 20");
    assert_eq!(
        browser.text("document.querySelector('#card-title').textContent"),
        kept["title"].as_str().expect("a title")
    );
    assert_eq!(
        browser.text("document.querySelector('#card .abstract').textContent"),
        kept["abstract"].as_str().expect("a text")
    );
    for part in ["<script>", "\"quoted\"", "\u{1f9ea}", "{{ 7 * 7 }}"] {
        assert!(
            HOSTILE.contains(part) && kept["title"].as_str().expect("a title").contains(part),
            "{part} is kept: {}",
            kept["title"]
        );
    }
    assert_eq!(browser.value("document.querySelector('#card a[href^=javascript]')"), json!(null));
    is_sound(browser, "a hostile paper");
    browser.run("go({ ...NOTHING, query: 'script' });");
    browser.until("document.querySelectorAll('#results li').length === 1");
    is_sound(browser, "a hostile result");
    browser.run("go({ ...NOTHING });");
}

fn other_looks(browser: &Browser, address: &str) {
    is_reached_by_keyboard(browser);
    browser.look(1280, 900, true);
    browser.go(address);
    let ground = browser.text("getComputedStyle(document.body).backgroundColor");
    assert_eq!(ground, "rgb(22, 21, 20)", "dark where the system is");
    is_sound(browser, "in the dark");
    for width in [390, 2560] {
        browser.look(width, 900, false);
        browser.go(&format!("{address}#q=coral&paper=coral-1"));
        browser.until("document.querySelectorAll('#results li').length > 3");
        fits(browser);
        is_sound(browser, &format!("{width} pixels wide"));
    }
    browser.look(1280, 900, false);
    browser.go(address);
    assert!(browser.print() > 10_000, "a printed page");
    is_sound(browser, "after printing");
}
