// Counts down to the moments that the session inspector names.

const moments = [...document.querySelectorAll('[data-until]')]

function describe(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  const days = Math.floor(seconds / 86_400)
  const clock = [seconds / 3600, seconds / 60, seconds].map((count, index) =>
    String(Math.floor(count) % (index === 0 ? 24 : 60)).padStart(2, '0'),
  )
  return `in ${days > 0 ? `${days} d ` : ''}${clock.join(':')}`
}

function show() {
  for (const moment of moments) {
    const left = Date.parse(moment.dataset.until) - Date.now()
    moment.textContent = left > 0 ? describe(left) : 'over'
  }
}

if (moments.length > 0) {
  show()
  setInterval(show, 1000)
}
