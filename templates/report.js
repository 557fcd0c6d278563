// The page is complete without this. It adds: a switch between light and dark, and sorting and filtering of the table
// of deals, both kept in the address.
(function () {
  'use strict';
  var root = document.documentElement;

  // Light and dark
  var themes = ['system', 'light', 'dark'];
  var stored = function (value) {
    try {
      if (value === undefined) return localStorage.getItem('dealgate-theme');
      localStorage.setItem('dealgate-theme', value);
    } catch (refused) { /* a page from a file may have no store */ }
    return null;
  };
  var button = document.getElementById('theme');
  var show = function (theme) {
    if (theme === 'system') root.removeAttribute('data-theme'); else root.setAttribute('data-theme', theme);
    if (button) button.textContent = 'Colours: ' + theme;
    return theme;
  };
  var theme = show(themes.indexOf(stored()) > 0 ? stored() : 'system');
  if (button) {
    button.hidden = false;
    button.addEventListener('click', function () {
      theme = show(themes[(themes.indexOf(theme) + 1) % themes.length]);
      stored(theme);
    });
  }

  // The table of deals
  var table = document.getElementById('deals-table');
  if (!table) return;
  var body = table.tBodies[0];
  var rows = Array.prototype.slice.call(body.rows);
  var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
  var controls = document.getElementById('deals-controls');
  var told = document.getElementById('deals-told');
  var fields = Array.prototype.slice.call(controls.querySelectorAll('[name]'));
  var months = { Jan: 1, Feb: 2, Mar: 3, Apr: 4, May: 5, Jun: 6, Jul: 7, Aug: 8, Sep: 9, Oct: 10, Nov: 11, Dec: 12 };
  var order = { key: '', down: false };

  var words = rows.map(function (row) { return row.textContent.toLowerCase(); });
  var position = new Map(rows.map(function (row, index) { return [row, index]; }));

  // What a cell sorts by; null where it has nothing, which comes last either way.
  var worth = function (cell, kind) {
    var text = cell.textContent.trim();
    if (text === '' || text === '\u2014') return null;
    if (kind === 'number') {
      var number = parseFloat(text.replace(/\u2212/g, '-').replace(/[^0-9.\-]/g, ''));
      return isNaN(number) ? null : number;
    }
    if (kind === 'date') {
      var parts = text.split(/\s+/);
      return months[parts[1]] ? (+parts[2] * 100 + months[parts[1]]) * 100 + +parts[0] : null;
    }
    return text.toLowerCase();
  };

  var sort = function () {
    var column = -1;
    heads.forEach(function (head, index) {
      if (head.dataset.key === order.key) column = index;
      if (!head.dataset.key) return;
      if (head.dataset.key === order.key) head.setAttribute('aria-sort', order.down ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    });
    var sorted = rows.slice();
    if (column >= 0) {
      var kind = heads[column].dataset.kind;
      var keys = new Map(rows.map(function (row) { return [row, worth(row.cells[column], kind)]; }));
      var compare = new Intl.Collator(undefined, { numeric: true }).compare;
      sorted.sort(function (a, b) {
        var x = keys.get(a), y = keys.get(b);
        if (x === null || y === null) return (x === null) - (y === null) || position.get(a) - position.get(b);
        var difference = typeof x === 'number' ? x - y : compare(x, y);
        return (order.down ? -difference : difference) || position.get(a) - position.get(b);
      });
    }
    var all = document.createDocumentFragment();
    sorted.forEach(function (row) { all.appendChild(row); });
    body.appendChild(all);
  };

  var filter = function () {
    var wanted = {};
    fields.forEach(function (field) { wanted[field.name] = field.value.trim(); });
    var asked = (wanted.q || '').toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    rows.forEach(function (row, index) {
      var fits = asked.every(function (word) { return words[index].indexOf(word) >= 0; })
        && (!wanted.status || row.dataset.status === wanted.status)
        && (!wanted.company || row.dataset.company === wanted.company)
        && (!wanted.check || row.dataset.check === wanted.check);
      row.classList.toggle('row-hidden', !fits);
      if (fits) shown += 1;
    });
    told.textContent = shown + ' of ' + rows.length + (rows.length === 1 ? ' deal' : ' deals');
  };

  var keep = function () {
    var state = new URLSearchParams();
    fields.forEach(function (field) { if (field.value.trim()) state.set(field.name, field.value.trim()); });
    if (order.key) state.set('sort', (order.down ? '-' : '') + order.key);
    var text = state.toString();
    history.replaceState(null, '', text ? '#deals?' + text : '#deals');
  };

  var recall = function () {
    var hash = location.hash;
    if (hash.indexOf('#deals?') === 0) {
      var state = new URLSearchParams(hash.slice(7));
      fields.forEach(function (field) {
        field.value = state.get(field.name) || '';
        if (field.selectedIndex === -1) field.selectedIndex = 0;
      });
      var key = state.get('sort') || '';
      order = { key: key.replace(/^-/, ''), down: key.charAt(0) === '-' };
    } else if (hash.length > 1) {
      // A link to a deal that the filter hides would lead nowhere.
      var target = document.getElementById(hash.slice(1));
      if (target && target.classList.contains('row-hidden')) {
        fields.forEach(function (field) { if (field.selectedIndex === undefined) field.value = ''; else field.selectedIndex = 0; });
        filter();
        target.scrollIntoView();
      }
      return;
    }
    sort();
    filter();
    if (hash.indexOf('#deals?') === 0) document.getElementById('deals').scrollIntoView();
  };

  heads.forEach(function (head) {
    if (!head.dataset.key) return;
    var press = document.createElement('button');
    press.type = 'button';
    press.className = 'sort';
    while (head.firstChild) press.appendChild(head.firstChild);
    head.appendChild(press);
    press.addEventListener('click', function () {
      var key = head.dataset.key;
      // Numbers are looked at from the biggest; a third press gives the first order back.
      var first = head.dataset.kind === 'number';
      if (order.key !== key) order = { key: key, down: first };
      else if (order.down === first) order = { key: key, down: !first };
      else order = { key: '', down: false };
      sort();
      keep();
      press.focus();
    });
  });
  controls.addEventListener('input', function () { filter(); keep(); });
  controls.addEventListener('submit', function (event) { event.preventDefault(); });
  controls.addEventListener('reset', function () { setTimeout(function () { filter(); keep(); }); });
  controls.hidden = false;
  window.addEventListener('hashchange', recall);
  filter();
  recall();
})();
