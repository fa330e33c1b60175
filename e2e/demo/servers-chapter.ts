import type { Scene } from './scene.ts'
import type { Timeline } from './timeline.ts'
import type { Verdict } from './verdict.ts'

/** A chapter that only several servers have. */
export interface ServersChapter {
  key: string
  title: string
  text: string
  /** What a customer saw, step by step. */
  steps: { title: string; scene: Scene }[]
  timeline?: Timeline
  verdict: Verdict
}
