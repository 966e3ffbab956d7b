// Checks the inspection data in this page: hashes by the SHA-256 below, signatures by the browser where it knows
// Ed25519. Formats: docs/ledger.md.
(function () {
  'use strict';

  // SHA-256 (FIPS 180-4). The constants are the fractions of the roots of the first primes, computed here.
  var K = [], H0 = [];
  (function () {
    var fraction = function (x) { return Math.floor((x - Math.floor(x)) * 4294967296) | 0; };
    for (var n = 2; K.length < 64; n++) {
      for (var d = 2; d * d <= n && n % d; d++);
      if (d * d <= n) continue;
      if (H0.length < 8) H0.push(fraction(Math.sqrt(n)));
      K.push(fraction(Math.cbrt(n)));
    }
  })();
  function sha256(bytes) {
    var blocks = ((bytes.length + 8) >> 6) + 1, padded = new Uint8Array(blocks * 64), w = new Int32Array(64);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    var view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 536870912));
    view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
    var h = H0.slice();
    for (var b = 0; b < padded.length; b += 64) {
      for (var i = 0; i < 64; i++) {
        if (i < 16) { w[i] = view.getInt32(b + 4 * i); continue; }
        var x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ (x >>> 3)) +
          ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ (y >>> 10)) | 0;
      }
      var s = h.slice();
      for (i = 0; i < 64; i++) {
        var e = s[4], a = s[0];
        var t1 = s[7] + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + ((e & s[5]) ^ (~e & s[6])) +
          K[i] + w[i] | 0;
        var t2 = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) +
          ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2])) | 0;
        s = [t1 + t2 | 0, s[0], s[1], s[2], s[3] + t1 | 0, s[4], s[5], s[6]];
      }
      for (i = 0; i < 8; i++) h[i] = h[i] + s[i] | 0;
    }
    var out = new Uint8Array(32), result = new DataView(out.buffer);
    for (i = 0; i < 8; i++) result.setInt32(4 * i, h[i]);
    return out;
  }

  function join() {
    var n = 0, i, at = 0;
    for (i = 0; i < arguments.length; i++) n += arguments[i].length;
    var all = new Uint8Array(n);
    for (i = 0; i < arguments.length; i++) { all.set(arguments[i], at); at += arguments[i].length; }
    return all;
  }
  function same(a, b) {
    return a.length === b.length && a.every(function (x, i) { return x === b[i]; });
  }
  function bytesOf(base64) {
    return Uint8Array.from(atob(base64), function (c) { return c.charCodeAt(0); });
  }
  var encode = function (text) { return new TextEncoder().encode(text); };
  var decode = function (bytes) { return new TextDecoder('utf-8', { fatal: true }).decode(bytes); };
  function number(text) {
    if (!/^(0|[1-9][0-9]{0,14})$/.test(text)) throw new Error('number');
    return Number(text);
  }

  // Trees as in RFC 6962; proofs are checked as in RFC 9162. Sizes are below 2^53: no bit operators on them.
  var leafHash = function (leaf) { return sha256(join([0], leaf)); };
  var nodeHash = function (left, right) { return sha256(join([1], left, right)); };
  var half = function (n) { return Math.floor(n / 2); };
  function hashesOf(text) {
    var all = text === '-' ? new Uint8Array(0) : bytesOf(text), hashes = [];
    if (all.length % 32) throw new Error('hashes');
    for (var i = 0; i < all.length; i += 32) hashes.push(all.slice(i, i + 32));
    return hashes;
  }
  // Walks up from entry `at` of a tree that ends with `last`; fold(beside, isLeft) joins each hash of the proof.
  function walk(at, last, hashes, fold) {
    for (var i = 0; i < hashes.length; i++) {
      if (last === 0) return false;
      if (at % 2 === 1 || at === last) {
        fold(hashes[i], true);
        while (at % 2 === 0 && at !== 0) { at = half(at); last = half(last); }
      } else {
        fold(hashes[i], false);
      }
      at = half(at);
      last = half(last);
    }
    return last === 0;
  }
  function isIncluded(leaf, index, size, hashes, root) {
    var up = leaf;
    return index < size && walk(index, size - 1, hashes, function (beside, isLeft) {
      up = isLeft ? nodeHash(beside, up) : nodeHash(up, beside);
    }) && same(up, root);
  }
  function isContinued(older, newer, hashes) {
    if (older.origin !== newer.origin || older.size > newer.size) return false;
    if (older.size === newer.size) return hashes.length === 0 && same(older.root, newer.root);
    if (older.size === 0) return hashes.length === 0;
    var at = older.size - 1, last = newer.size - 1, start = older.root;
    for (; at % 2 === 1; at = half(at)) last = half(last);
    if (at !== 0) start = hashes.shift();
    if (!start) return false;
    var oldUp = start, up = start;
    return walk(at, last, hashes, function (beside, isLeft) {
      if (isLeft) { oldUp = nodeHash(beside, oldUp); up = nodeHash(beside, up); } else { up = nodeHash(up, beside); }
    }) && same(oldUp, older.root) && same(up, newer.root);
  }

  // Signed notes and checkpoints.
  function keyOf(text) {
    var parts = text.split('+'), raw = bytesOf(parts.slice(2).join('+'));
    var id = sha256(join(encode(parts[0] + '\n'), raw)).slice(0, 4);
    var hex = Array.from(id, function (x) { return ('0' + x.toString(16)).slice(-2); }).join('');
    if (raw.length !== 33 || hex !== parts[1]) throw new Error('key');
    return { name: parts[0], kind: raw[0], id: id, key: raw.slice(1) };
  }
  function noteOf(bytes) {
    var whole = decode(bytes), end = whole.lastIndexOf('\n\n');
    if (end < 0) throw new Error('note');
    var text = whole.slice(0, end + 1), lines = text.split('\n');
    return {
      text: text, origin: lines[0], size: number(lines[1]), root: bytesOf(lines[2]),
      signatures: whole.slice(end + 2).split('\n').filter(Boolean).map(function (line) {
        var match = /^\u2014 (\S+) (\S+)$/.exec(line);
        if (!match) throw new Error('signature');
        return { name: match[1], bytes: bytesOf(match[2]) };
      })
    };
  }
  // 'good', 'bad', 'absent', or 'unknown' when the browser cannot.
  async function signatureResult(note, key) {
    var result = 'absent';
    for (var signature of note.signatures) {
      if (signature.name !== key.name || !same(signature.bytes.slice(0, 4), key.id)) continue;
      var body = signature.bytes.slice(4), message = note.text;
      if (key.kind === 4) {
        var time = new DataView(body.buffer, body.byteOffset, 8);
        message = 'cosignature/v1\ntime ' + (time.getUint32(0) * 4294967296 + time.getUint32(4)) + '\n' + message;
        body = body.slice(8);
      }
      var imported;
      try {
        imported = await crypto.subtle.importKey('raw', key.key, { name: 'Ed25519' }, false, ['verify']);
      } catch (error) {
        return 'unknown';
      }
      if (!await crypto.subtle.verify({ name: 'Ed25519' }, imported, body, encode(message))) return 'bad';
      result = 'good';
    }
    return result;
  }

  // The page.
  function word(name) { return document.querySelector('#words [data-word="' + name + '"]').textContent; }
  function say(row, result) {
    if (!row) return;
    row.dataset.result = result;
    row.lastElementChild.textContent = word(result);
  }
  function verdict(state) {
    document.getElementById('verdict').classList.toggle('bad', state === 'bad');
    document.querySelectorAll('#verdict [data-state]').forEach(function (line) { line.hidden = line.dataset.state !== state; });
    document.documentElement.dataset.verdict = state;
  }
  function readData() {
    var lines = document.getElementById('inspection').textContent.split('\n');
    var data = { witnesses: [], entries: [] };
    if (lines.shift() !== 'seventh/inspection/v1') throw new Error('head');
    lines.forEach(function (line) {
      var parts = line.split(' ');
      if (parts[0] === 'key') data.log = keyOf(decode(bytesOf(parts[1])));
      if (parts[0] === 'witness') data.witnesses.push(keyOf(decode(bytesOf(parts[1]))));
      if (parts[0] === 'checkpoint') data.checkpoint = noteOf(bytesOf(parts[1]));
      if (parts[0] === 'earlier') data.earlier = noteOf(bytesOf(parts[1]));
      if (parts[0] === 'consistency') data.consistency = hashesOf(parts[1]);
      if (parts[0] === 'entry') data.entries.push(parts);
      if (parts[0] === 'end') data.end = number(parts[1]);
    });
    if (data.end !== data.entries.length || data.checkpoint.origin !== data.log.name) throw new Error('data');
    return data;
  }
  // What a row shows is taken from the proven entry, not from what the file says beside it. The label of a kind is a
  // translation that nothing proves; the kind itself stands beside it.
  function fill(row, leaf) {
    var fields = {};
    leaf.split('\n').slice(1, -1).forEach(function (line) { fields[line.split(' ')[0]] = line.slice(line.indexOf(' ') + 1); });
    var shown = [fields.index, new Date(number(fields.time)).toISOString().replace('.000Z', 'Z'), fields.kind, fields.person,
      fields.unit, fields.purpose, fields['case'], fields.count];
    shown.forEach(function (text, i) {
      var cell = row.cells[i];
      (cell.querySelector('bdi') || cell).textContent = text === '-' ? '' : text;
    });
    return row.cells[2].dataset.kind === fields.kind && row.dataset.index === fields.index;
  }
  function isEntryGood(parts, row, checkpoint) {
    try {
      var leaf = bytesOf(parts[1]), text = decode(leaf), match = /^seventh\/entry\/v1\nindex ([0-9]+)\n/.exec(text);
      return isIncluded(leafHash(leaf), number(match[1]), checkpoint.size, hashesOf(parts[2]), checkpoint.root) &&
        fill(row, text);
    } catch (error) {
      return false;
    }
  }
  async function check() {
    var data = readData(), worst = 'good';
    var rows = document.getElementById('entries').rows;
    var note = function (row, result, isRequired) {
      say(row, result);
      if (result === 'bad' || (isRequired && result === 'absent')) worst = 'bad';
      if (isRequired && result === 'unknown' && worst === 'good') worst = 'unsigned';
    };
    note(document.querySelector('[data-check="log"]'), await signatureResult(data.checkpoint, data.log), true);
    var witnesses = document.querySelectorAll('[data-check="witness"]');
    for (var i = 0; i < data.witnesses.length; i++)
      note(witnesses[i], await signatureResult(data.checkpoint, data.witnesses[i]), false);
    if (data.earlier) {
      var isGood = isContinued(data.earlier, data.checkpoint, data.consistency.slice());
      var signed = await signatureResult(data.earlier, data.log);
      note(document.querySelector('[data-check="earlier"]'), !isGood || signed === 'absent' ? 'bad' : signed, true);
    }
    var result = rows.length === data.entries.length ? 'good' : 'bad';
    for (i = 0; i < data.entries.length; i++) {
      if (i % 500 === 499) await new Promise(function (go) { setTimeout(go, 0); });
      if (!rows[i] || isEntryGood(data.entries[i], rows[i], data.checkpoint)) continue;
      rows[i].classList.add('bad-row');
      result = 'bad';
    }
    note(document.querySelector('[data-check="entries"]'), result, true);
    verdict(worst);
  }
  check().catch(function () { verdict('bad'); });
})();
