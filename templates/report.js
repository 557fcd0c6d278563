// The page is complete without this. It adds: a switch between light and dark, and sorting and filtering of the table
// of deals, both kept in the address.
(function () {
  'use strict';
  var root = document.documentElement;
  // What is printed has its title on every sheet.
  root.style.setProperty('--dg-title', '"' + document.title.replace(/["\\\n]/g, ' ') + '"');

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

  // The deals
  var list = document.getElementById('deals-table');
  if (!list) return;
  var groups = Array.prototype.slice.call(list.querySelectorAll('.deals-group'));
  var rows = Array.prototype.slice.call(list.querySelectorAll('.deal'));
  var heads = Array.prototype.slice.call(list.querySelectorAll('[data-key]'));
  var controls = document.getElementById('deals-controls');
  var told = document.getElementById('deals-told');
  var fields = Array.prototype.slice.call(controls.querySelectorAll('[name]'));
  var exact = ['status', 'company', 'stage', 'owner', 'closing', 'category', 'check', 'stalled', 'weighed', 'step', 'lands'];
  var size = 50;
  var order = { key: '', down: false };
  var position = new Map(rows.map(function (row, index) { return [row, index]; }));
  var words = null;
  // What rows sort by, looked up once a column.
  var worths = {};
  var moved = false;
  // In a site the deals are a page of their own, and what is asked stands in its query.
  var alone = !document.getElementById('answer');

  var cell = function (row, key) {
    var found = row.querySelector(key === 'deal' ? '.c-name strong' : key === 'customer' ? '.c-name small' : '.c-' + key);
    var below = found && found.querySelector('small, .company');
    var text = found ? found.textContent : '';
    return (below ? text.slice(0, text.length - below.textContent.length) : text).trim();
  };

  // What a row sorts by; null where it has nothing, which comes last either way.
  var worth = function (row, key, kind) {
    if (kind === 'number') return row.dataset[key] === '' ? null : +row.dataset[key];
    if (kind === 'date') return row.dataset[key] || null;
    if (key === 'check') return { error: '0', warning: '1', ok: '2' }[row.dataset.check];
    var text = cell(row, key);
    return text === '' || text === '\u2014' ? null : text.toLowerCase();
  };

  var place = function (sorted) {
    // What is not shown is not laid out while the rows move.
    list.style.display = 'none';
    groups.forEach(function (group, index) {
      // One by one: through a fragment, each would move twice.
      sorted.slice(index * size, (index + 1) * size).forEach(function (row) { group.appendChild(row); });
    });
    list.style.display = '';
  };

  var sort = function () {
    var kind = '';
    heads.forEach(function (head) {
      if (head.dataset.key === order.key) {
        kind = head.dataset.kind || 'text';
        head.setAttribute('aria-sort', order.down ? 'descending' : 'ascending');
      } else head.removeAttribute('aria-sort');
    });
    var sorted = rows.slice();
    if (kind) {
      var keys = worths[order.key] || (worths[order.key] = new Map(rows.map(function (row) { return [row, worth(row, order.key, kind)]; })));
      var compare = new Intl.Collator(undefined, { numeric: true }).compare;
      sorted.sort(function (a, b) {
        var x = keys.get(a), y = keys.get(b);
        if (x === null || y === null) return (x === null) - (y === null) || position.get(a) - position.get(b);
        var difference = typeof x === 'number' ? x - y : compare(x, y);
        return (order.down ? -difference : difference) || position.get(a) - position.get(b);
      });
    }
    if (kind || moved) place(sorted);
    moved = !!kind;
  };

  var filter = function () {
    var wanted = {};
    fields.forEach(function (field) { wanted[field.name] = field.value.trim(); });
    var asked = (wanted.q || '').toLowerCase().split(/\s+/).filter(Boolean);
    if (asked.length && !words) words = rows.map(function (row) { return row.textContent.toLowerCase(); });
    var shown = 0;
    rows.forEach(function (row, index) {
      var fits = asked.every(function (word) { return words[index].indexOf(word) >= 0; })
        && exact.every(function (key) { return !wanted[key] || wanted[key].split(',').indexOf(row.dataset[key]) >= 0; });
      if (row.classList.contains('row-hidden') === fits) row.classList.toggle('row-hidden', !fits);
      if (fits) shown += 1;
    });
    var more = [wanted.category && 'in ' + wanted.category.replace(/,/g, ', '), wanted.stalled && 'stalled', wanted.weighed && 'with a weight', wanted.step && 'next step ' + wanted.step.replace(/-/g, ' ').replace(/,/g, ' or '), wanted.lands && 'won or weighted in the quarter'].filter(Boolean);
    told.textContent = shown + ' of ' + rows.length + (rows.length === 1 ? ' deal' : ' deals')
      + (more.length ? ', ' + more.join(', ') : '');
  };

  var keep = function () {
    var state = new URLSearchParams();
    fields.forEach(function (field) { if (field.value.trim()) state.set(field.name, field.value.trim()); });
    if (order.key) state.set('sort', (order.down ? '-' : '') + order.key);
    var text = state.toString().replace(/%2C/g, ',');
    if (alone) history.replaceState(null, '', location.pathname + (text ? '?' + text : ''));
    else history.replaceState(null, '', text ? '#deals?' + text : '#deals');
  };

  var clear = function () {
    fields.forEach(function (field) { field.value = ''; });
  };

  var recall = function () {
    var hash = location.hash;
    var asked = hash.indexOf('#deals?') === 0 ? hash.slice(7) : alone && hash.length < 2 ? location.search.slice(1) : null;
    if (asked !== null) {
      var state = new URLSearchParams(asked);
      fields.forEach(function (field) {
        var value = state.get(field.name) || '';
        field.value = value;
        if (field.selectedIndex !== -1) return;
        // Several at once are a choice of their own, where each of them is one.
        var known = Array.prototype.map.call(field.options, function (option) { return option.value; });
        if (value && value.split(',').every(function (part) { return known.indexOf(part) > 0; })) {
          field.add(new Option(value.split(',').join(' or '), value));
          field.value = value;
        } else field.selectedIndex = 0;
      });
      var key = state.get('sort') || '';
      order = { key: key.replace(/^-/, ''), down: key.charAt(0) === '-' };
    } else if (hash.length > 1) {
      var target = document.getElementById(decodeURIComponent(hash.slice(1)));
      if (target && target.classList.contains('deal')) {
        // A link to a deal that the filter hides would lead nowhere.
        if (target.classList.contains('row-hidden')) { clear(); filter(); }
        target.open = true;
        target.scrollIntoView();
      }
      if (!told.textContent) filter();
      return;
    }
    sort();
    filter();
    if (hash.indexOf('#deals?') === 0) document.getElementById('deals').scrollIntoView();
  };

  heads.forEach(function (head) {
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

  // The rows that are shown, as a spreadsheet takes them; what begins like a formula is a text.
  var csv = function () {
    var safe = function (text) {
      text = String(text).replace(/\s+/g, ' ').trim();
      if (/^[=+\-@\t\r]/.test(text) && !/^-?[0-9.]+$/.test(text)) text = "'" + text;
      return '"' + text.replace(/"/g, '""') + '"';
    };
    var lines = [['deal', 'name', 'customer', 'company', 'stage', 'owner', 'status', 'value', 'weighted', 'closes', 'days', 'check']];
    list.querySelectorAll('.deal:not(.row-hidden)').forEach(function (row) {
      var data = row.dataset;
      lines.push([data.id, cell(row, 'deal'), cell(row, 'customer'), data.company, cell(row, 'stage'), data.owner === '-' ? '' : data.owner,
        data.status, data.value, data.weighted, data.closes, data.days, data.check]);
    });
    return lines.map(function (line) { return line.map(safe).join(','); }).join('\r\n') + '\r\n';
  };
  document.getElementById('deals-csv').addEventListener('click', function () {
    var link = document.createElement('a');
    link.href = 'data:text/csv;charset=utf-8,' + encodeURIComponent('\ufeff' + csv());
    link.download = 'deals.csv';
    link.click();
  });
  document.getElementById('deals-link').addEventListener('click', function () {
    keep();
    var said = function () { told.textContent += '; link copied'; };
    var field = document.createElement('textarea');
    field.value = location.href;
    document.body.appendChild(field);
    field.select();
    try { if (document.execCommand('copy')) said(); } catch (refused) { /* then the address is there to be copied */ }
    field.remove();
  });
  document.addEventListener('keydown', function (event) {
    var typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    controls.querySelector('[name=q]').focus();
  });
  controls.addEventListener('input', function () { filter(); keep(); });
  controls.addEventListener('submit', function (event) { event.preventDefault(); });
  controls.addEventListener('reset', function () { setTimeout(function () { clear(); filter(); keep(); }); });
  controls.hidden = false;
  window.addEventListener('hashchange', recall);
  recall();
})();
