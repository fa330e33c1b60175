// Shows the times of app/ui/time.ts in the zone of the reader, as the server tells them in UTC.
const formats = {
  day: new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' }),
  minute: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }),
  second: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }),
}

for (const time of document.querySelectorAll('time[data-local]')) {
  time.textContent = formats[time.dataset.local].format(new Date(time.dateTime))
}
