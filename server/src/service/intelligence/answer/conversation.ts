import type { Answerer } from './answerer.ts'
import { act } from './conversation/act.ts'
import { report } from './conversation/report.ts'
import { talkAnswerers } from './conversation/talk.ts'

/** What is asked for rather than about: actions, reports, help; and what is no question at all. */
export const conversationAnswerers: readonly Answerer[] = [act, report, ...talkAnswerers]
