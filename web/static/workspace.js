// What moves in the workspace: the progress of an import, told by the server. Everything else works without.
const place = document.querySelector('[data-live]');
if (place) {
  const events = new EventSource(place.dataset.live);
  const bar = place.querySelector('progress');
  const show = (text) => {
    const told = JSON.parse(text);
    if (bar) bar.value = told.permille;
    for (const cell of place.querySelectorAll('[data-count]'))
      if (told[cell.dataset.count] !== undefined)
        cell.textContent = told[cell.dataset.count].toLocaleString(document.documentElement.lang);
  };
  events.addEventListener('progress', (event) => show(event.data));
  events.addEventListener('over', () => {
    events.close();
    location.reload();
  });
}
