import { styleText } from 'node:util'
import type { Storage } from '../server.ts'
import { drawSlices } from './rolling-restart.ts'
import type { Scene } from './scene.ts'
import type { ServersChapter } from './servers-story.ts'
import { chapters } from './chapters.ts'
import type { ChapterKey } from './chapters.ts'
import { shortName } from './store.ts'
import { judge } from './verdict.ts'
import type { Verdict } from './verdict.ts'
import { storageWords } from './words.ts'

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

  function tellScene(storage: Storage, scene: Scene): void {
    for (const { request, status, server, location, operations, setCookie } of scene.exchanges) {
      const by = server === undefined ? '' : styleText('yellow', `  server ${server}`)
      print(`  ${styleText('cyan', request)} ${status}${location ? ` → ${location}` : ''}${by}`)
      for (const operation of operations) detail('', oneLine(operation))
      if (setCookie) detail('', `Set-Cookie, ${setCookie.bytes} bytes: ${setCookie.text}`)
    }
    detail('jar', scene.jar ? `${scene.jar.value} ${meter(scene.jar.bytes)}` : 'empty')
    const { id, data } = scene.session
    detail('session', id === null ? 'none' : `${shortName(id)} ${oneLine(JSON.stringify(data))}`)
    if (scene.store.length === 0) detail('store', storageWords[storage].emptyStore)
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
    begin(storage: Storage): void {
      print('')
      print(styleText(['bold', 'inverse'], ` ${storageWords[storage].name} `))
      print(`SESSION_STORAGE=${storage}`)
      if (storage === 'redis')
        print('Three servers behind a round-robin, one Redis, one database file')
    },

    tell(storage: Storage, key: ChapterKey, scene: Scene): void {
      const index = chapters.findIndex((chapter) => chapter.key === key)
      const { title, text } = chapters[index]!
      heading(`${storage} ${index + 1}/${chapters.length}`, title, text)
      tellScene(storage, scene)
      const verdict = judge(storage, key, scene)
      if (verdict) tellVerdict(verdict)
    },

    tellServers({ title, text, steps, restart, verdict }: ServersChapter): void {
      heading('several servers', title, text)
      for (const { number, at, requests, slices } of restart?.servers ?? []) {
        const [gone, back] = [at['out of the balancer'], at.back].map((time) => time.toFixed(1))
        print(
          `  server ${number}  ${drawSlices(slices)}  ${requests} requests, out ${gone}–${back} s`,
        )
      }
      for (const step of steps) {
        print(`  ${styleText('bold', step.title)}`)
        tellScene('redis', step.scene)
      }
      tellVerdict(verdict)
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
