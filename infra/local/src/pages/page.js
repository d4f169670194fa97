// What the pages share. Everything that people wrote is set as text, never as markup.
export const get = async path => (await fetch('/_local/' + path)).json();

export function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}

export function fill(id, ...children) {
  document.getElementById(id).replaceChildren(...children);
}

export function table(columns, rows, nothing) {
  if (rows.length === 0) return element('p', { textContent: nothing });
  const head = element('tr', {}, ...columns.map(c => element('th', { textContent: c.title, className: c.className ?? '' })));
  const body = rows.map(row => element('tr', {}, ...columns.map(c => {
    const value = c.value(row);
    return element('td', { className: c.className ?? '' }, value instanceof Node ? value : String(value ?? ''));
  })));
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
}

export function copyButton(text) {
  const button = element('button', { type: 'button', textContent: 'Copy' });
  button.onclick = async () => {
    await navigator.clipboard.writeText(text());
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  };
  return button;
}

// Draws now and then every second while the page can be seen.
export function keep(draw) {
  const tick = async () => {
    if (!document.hidden) await draw().catch(() => {});
    setTimeout(tick, 1000);
  };
  tick();
}

export const time = stamp => new Date(stamp).toLocaleTimeString();
