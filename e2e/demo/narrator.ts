import { styleText } from 'node:util'
import type { Scene } from './scene.ts'
import type { ServersChapter } from './servers-chapter.ts'
import { chapters } from './chapters.ts'
import type { ChapterKey } from './chapters.ts'
import { aboutStolenJars, fates } from './stolen-jars.ts'
import type { StolenJars } from './stolen-jars.ts'
import { shortName } from './store.ts'
import { drawSlices } from './timeline.ts'
import { judge } from './verdict.ts'
import { judgeStolenJars } from './verdict-jars.ts'
import type { Verdict } from './verdict.ts'
import { backendWords } from './words.ts'
import type { Backend } from './words.ts'

const LINE = 96

/** Tells the story on the terminal, chapter by chapter. */
export function createNarrator(print: (line: string) => void = console.log) {
  function detail(label: string, text: string): void {
    const [first = '', ...rest] = wrap(text, LINE - 10)
    print(`  ${styleText('dim', label.padEnd(8))}${first}`)
    for (const line of rest) print(`          ${line}`)
  }

  function heading(number: string, title: string, text: string): void {
    print('')
    print(styleText('bold', `${number}  ${title}`))
    for (const line of wrap(text, LINE - 2)) print(`  ${styleText('dim', line)}`)
  }

  function tellScene(backend: Backend, scene: Scene): void {
    for (const { request, status, server, location, operations, setCookie } of scene.exchanges) {
      const by = server === undefined ? '' : styleText('yellow', `  server ${server}`)
      print(`  ${styleText('cyan', request)} ${status}${location ? ` → ${location}` : ''}${by}`)
      for (const operation of operations) detail('', oneLine(operation))
      if (setCookie) detail('', `Set-Cookie, ${setCookie.bytes} bytes: ${setCookie.text}`)
    }
    detail('jar', scene.jar ? `${scene.jar.value} ${meter(scene.jar.bytes)}` : 'empty')
    const { id, data } = scene.session
    detail('session', id === null ? 'none' : `${shortName(id)} ${oneLine(JSON.stringify(data))}`)
    if (scene.store.length === 0) detail('store', backendWords[backend].emptyStore)
    for (const { name, note, content } of scene.store) {
      detail('store', note ? `${name} (${note})` : `${name} ${oneLine(content)}`)
      if (note) detail('', oneLine(content))
    }
  }

  function tellVerdict({ good, short, why }: Verdict): void {
    for (const line of wrap(`${short} ${why}`, LINE - 2)) {
      print(`  ${styleText(['bold', good ? 'green' : 'red'], line)}`)
    }
  }

  return {
    begin(backend: Backend, about?: string): void {
      print('')
      print(styleText(['bold', 'inverse'], ` ${backendWords[backend].name} `))
      print(backendWords[backend].settings)
      if (about !== undefined) for (const line of wrap(about, LINE)) print(line)
    },

    tell(backend: Backend, key: ChapterKey, scene: Scene): void {
      const index = chapters.findIndex((chapter) => chapter.key === key)
      const { title, text } = chapters[index]!
      heading(`${backend} ${index + 1}/${chapters.length}`, title, text)
      tellScene(backend, scene)
      const verdict = judge(backend, key, scene)
      if (verdict) tellVerdict(verdict)
    },

    tellServers(backend: Backend, { title, text, steps, timeline, verdict }: ServersChapter): void {
      heading('several servers', title, text)
      for (const { label, slices, notes } of timeline?.rows ?? []) {
        print(`  ${label.padEnd(8)}  ${drawSlices(slices)}`)
        detail('', notes.join(', '))
      }
      for (const step of steps) {
        print(`  ${styleText('bold', step.title)}`)
        tellScene(backend, step.scene)
      }
      tellVerdict(verdict)
    },

    tellStolenJars(jars: StolenJars): void {
      const { title, text } = aboutStolenJars(jars)
      heading('on files, once', title, text)
      for (const { moment, bound, unbound } of fates(jars)) {
        print(`  ${styleText('bold', moment)}`)
        detail('bound', bound)
        detail('unbound', unbound)
      }
      tellVerdict(judgeStolenJars(jars))
    },
  }
}

function meter(bytes: number): string {
  const full = Math.max(1, Math.round((bytes / 4096) * 20))
  return `${'█'.repeat(full)}${'░'.repeat(20 - full)} ${bytes} of 4096 bytes`
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ')
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? word : ` ${word}`
  }
  return [...lines, line]
}
