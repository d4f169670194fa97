// What the pages share. Everything that people wrote is set as text, never as markup.
const PAGES = [['/', 'Start'], ['/outbox', 'Outbox'], ['/requests', 'Requests'], ['/operate', 'Operate']];

export const get = async path => (await fetch('/_local/' + path)).json();

export function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}

// Redrawing under somebody's hand would take the focus away.
export function fill(id, ...children) {
  const node = document.getElementById(id);
  if (!node.contains(document.activeElement)) node.replaceChildren(...children);
}

export function table(columns, rows, nothing) {
  if (rows.length === 0) return element('p', { className: 'empty', textContent: nothing });
  const head = element('tr', {}, ...columns.map(c => element('th', { textContent: c.title, className: c.className ?? '' })));
  const body = rows.map(row => element('tr', {}, ...columns.map(c => {
    const value = c.value(row);
    return element('td', { className: c.className ?? '' }, value instanceof Node ? value : String(value ?? ''));
  })));
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
}

export const send = async (method, path, body) => {
  const options = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch('/_local/' + path, { method, ...options });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const text = await answer.text();
  throw new Error(text.startsWith('{') ? JSON.parse(text).message : text || answer.statusText);
};

// Does something and says how it went, where it was asked for.
export function action(label, act) {
  const said = element('span', { className: 'said', role: 'status' });
  const button = element('button', { type: 'button', textContent: label });
  button.onclick = async () => {
    button.disabled = true;
    said.className = 'said';
    said.textContent = '…';
    try {
      said.textContent = (await act()) ?? 'Done';
      button.disabled = false;
      button.blur();
    } catch (error) {
      said.className = 'said bad';
      said.textContent = error.message;
      button.disabled = false;
      button.focus();
    }
  };
  return element('span', { className: 'action' }, button, said);
}

export function copyButton(text, label = 'Copy') {
  const button = element('button', { type: 'button', textContent: label });
  button.onclick = async () => {
    await navigator.clipboard.writeText(text());
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = label; }, 1500);
  };
  return button;
}

// Draws now and then every second while the page can be seen, and says when nobody answers any more.
export function keep(draw) {
  const tick = async () => {
    if (!document.hidden && !document.getSelection()?.toString()) {
      await draw().then(() => gone(false), error => gone(error instanceof TypeError));
    }
    setTimeout(tick, 1000);
  };
  tick();
}

function gone(isGone) {
  document.body.classList.toggle('gone', isGone);
}

export const time = stamp => new Date(stamp).toLocaleTimeString();

const here = location.pathname;
document.getElementById('nav').replaceChildren(...PAGES.map(([path, name], index) => {
  const link = element('a', { href: path, textContent: name, title: `Key ${index + 1}`, accessKey: String(index + 1) });
  if (path === here) link.setAttribute('aria-current', 'page');
  return link;
}), element('span', { id: 'gone', className: 'bad', role: 'status', textContent: 'The local cloud has ended.' }));

// 1 to 4 lead to the pages, unless somebody is writing.
document.addEventListener('keydown', event => {
  const page = PAGES[Number(event.key) - 1];
  const writing = event.target.closest?.('input, textarea, select');
  if (page && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) location.assign(page[0]);
});
