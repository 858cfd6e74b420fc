'use strict';

// ---------- small things

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const count = (n) => n.toLocaleString('en');
const plural = (n, noun) => `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
const root = document.documentElement;
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const announce = (text) => { $('#live').textContent = text; };

/** Builds an element. Strings become text nodes, so that no title can become markup. */
function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (value != null) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child != null));
  return node;
}

/** The same for drawings. */
function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const button = (label, click, attributes = {}) => el('button', { type: 'button', click, ...attributes }, label);

function debounced(wait, action) {
  let timer = 0;
  return () => { clearTimeout(timer); timer = setTimeout(action, wait); };
}

/** Calls a function once, when an element is about to be seen. */
const unseen = new WeakMap();
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    watcher.unobserve(target);
    unseen.get(target)();
  }
}, { rootMargin: '400px' });

function whenSeen(node, action) {
  unseen.set(node, action);
  watcher.observe(node);
}

/** Hands a text over as a file. */
function download(name, type, text) {
  const link = el('a', { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A line of a table. A cell that a spreadsheet would take for a formula gets an apostrophe before it. */
function csvLine(cells) {
  const cell = (value) => {
    const text = String(value ?? '');
    const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `${cells.map(cell).join(',')}\r\n`;
}

// ---------- words

/** Lower case without accents, and of the same length, so that places found in it hold in the text itself. */
function fold(text) {
  const plain = (character) => character.normalize('NFD').charAt(0).toLowerCase().charAt(0);
  return text.replace(/[^\0-\x7f]/g, plain).toLowerCase();
}

/** Words, and "phrases in quotes", of a query. */
function termsOf(query) {
  return Array.from(fold(query).matchAll(/"([^"]+)"|[^\s"]+/g), (match) => match[1] ?? match[0]);
}

/** The text with every term marked; short ones, which stand in many words, only where a word is just that. */
function marked(text, terms) {
  const folded = fold(text);
  const spans = [];
  const isLetter = (at) => /[\p{L}\p{N}]/u.test(folded[at] ?? '');
  for (const term of terms) {
    for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length)) {
      if (term.length > 3 || !(isLetter(at - 1) || isLetter(at + term.length))) spans.push([at, at + term.length]);
    }
  }
  spans.sort((a, b) => a[0] - b[0]);
  const nodes = [];
  let done = 0;
  for (const [start, end] of spans) {
    if (start < done) continue;
    nodes.push(text.slice(done, start), el('mark', {}, text.slice(start, end)));
    done = end;
  }
  return [...nodes, text.slice(done)];
}

/** The part of an abstract around the first term that it holds. */
function excerpt(text, terms) {
  const folded = fold(text);
  const first = Math.min(...terms.map((term) => folded.indexOf(term)).filter((at) => at >= 0), text.length);
  const start = first === text.length || first < 60 ? 0 : text.indexOf(' ', first - 50) + 1;
  const end = start + 150 < text.length ? Math.max(text.lastIndexOf(' ', start + 150), start + 100) : text.length;
  return `${start ? '… ' : ''}${text.slice(start, end)}${end < text.length ? ' …' : ''}`;
}
