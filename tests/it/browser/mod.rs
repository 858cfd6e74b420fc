//! The page in a real browser: the saved report and the live one.

mod collection;
mod driver;
mod live;
mod pictures;
mod saved;

use driver::Browser;

/// What axe-core finds serious or worse.
fn barriers(browser: &Browser) -> Vec<String> {
    browser.run(concat!(include_str!("../../data/axe.min.js"), "\nwindow.axe = axe;"));
    let found = browser.run_until_done(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => done(violations
           .filter(({ impact }) => impact === 'serious' || impact === 'critical')
           .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)), (error) => done([String(error)]));",
    );
    found.as_array().expect("a list").iter().map(ToString::to_string).collect()
}

/// Nothing was complained about, nobody is shut out, and no stranger's script has run.
fn is_sound(browser: &Browser, place: &str) {
    assert_eq!(barriers(browser), Vec::<String>::new(), "{place}");
    assert_eq!(browser.console(), Vec::<String>::new(), "{place}");
    assert!(browser.value("window.hacked === undefined").as_bool().unwrap_or_default(), "{place}");
    let strangers = "document.querySelectorAll('img, main i[class=\"\"], u, #x, script[src], iframe').length";
    assert_eq!(browser.value(strangers), 0, "{place}");
}

/// Whether all can be reached with the Tab key alone, from the top to the end of the page.
fn is_reached_by_keyboard(browser: &Browser) {
    let wanted = "[...document.querySelectorAll('a[href], button, input, select, summary, canvas, [tabindex=\"0\"]')]
        .filter((node) => node.tabIndex >= 0 && !node.disabled && node.checkVisibility({ visibilityProperty: true }))";
    browser.run(&format!(
        "window.reached = new Set(); document.activeElement.blur(); window.reachable = {wanted};
         document.addEventListener('focusin', (event) => window.reached.add(event.target));"
    ));
    let many = browser.value("reachable.length").as_u64().expect("a number");
    assert!(many > 40, "{many} things to reach");
    // The skip link comes first, and typing goes to what has the focus.
    let tab = char::from(fantoccini::key::Key::Tab).to_string();
    browser.run("document.querySelector('.skip').focus();");
    for _ in 0..many {
        browser.keys(&tab);
    }
    let missed =
        browser.value("reachable.filter((node) => !reached.has(node)).map((node) => node.outerHTML.slice(0, 120))");
    assert_eq!(missed, serde_json::json!([]), "not reached by keyboard");
}

/// The page is no wider than the window.
fn fits(browser: &Browser) {
    assert!(
        browser.value("document.documentElement.scrollWidth <= innerWidth").as_bool().unwrap_or_default(),
        "too wide"
    );
}

/// Pixels of the map that are not of its ground.
fn drawn(browser: &Browser) -> u64 {
    browser.until("document.querySelector('#canvas').width > 300");
    let drawn = browser.value(
        "(() => {
           const canvas = document.querySelector('#canvas');
           const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
           const ground = data.slice(0, 3).join();
           let n = 0;
           for (let i = 0; i < data.length; i += 4) if (data.slice(i, i + 3).join() !== ground) n += 1;
           return n;
         })()",
    );
    drawn.as_u64().expect("a number")
}
