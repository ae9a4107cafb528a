import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Answer } from '../../contract/src/model/answer.ts'
import { verify } from '../../server/src/service/intelligence/model/turn/index.ts'
import { unborne } from './borne.ts'
import { AskedQuestion } from './question.ts'

export const readQuestions = (name: string, nowMs = Date.now()): AskedQuestion[] =>
  z
    .array(AskedQuestion)
    .parse(JSON.parse(readFileSync(new URL(`question/${name}.json`, import.meta.url), 'utf8')))
    .map((asked) => ({ ...asked, question: withClock(asked.question, nowMs) }))

const withClock = (question: string, nowMs: number): string =>
  question.replace(/\{(\d+) min ago\}/g, (_, minutes: string) =>
    new Date(nowMs - Number(minutes) * 60_000).toISOString().slice(11, 16),
  )

/** What an answer got wrong; empty for a right one. `invented` counts among the wrong: what is said and rests on nothing. */
export type Verdict = { id: string; question: string; wrong: string[]; invented: string[]; answer: Answer }

export function judge(asked: AskedQuestion, answer: Answer): Verdict {
  const said = saidOf(answer)
  const wrong: string[] = []
  const outcomes = [asked.outcome].flat()
  if (!outcomes.includes(answer.outcome)) wrong.push(`outcome ${answer.outcome}, not ${outcomes.join(' | ')}`)
  for (const fact of asked.must) {
    const ways = typeof fact === 'string' ? [fact] : fact
    if (!ways.some((way) => holds(said, way))) wrong.push(`lacks ${ways.join(' | ')}`)
  }
  for (const text of asked.must_not) if (holds(said, text)) wrong.push(`says ${text}`)
  const called = new Set(answer.checked.map(({ tool }) => tool))
  if (asked.tools.length > 0 && !asked.tools.some((tool) => called.has(tool)))
    wrong.push(`looked at ${[...called].join(', ')}, at none of ${asked.tools.join(', ')}`)
  const invented = inventedIn(answer)
  return { id: asked.id, question: asked.question, wrong: [...wrong, ...invented], invented, answer }
}

/** All that a reader sees of it. */
export function saidOf({ text, tables, charts, choices, notices, not_checked, proposal }: Answer): string {
  const rows = tables.flatMap(({ title, columns, rows }) => [
    title,
    ...rows.map(({ cells }) => columns.map(({ key }) => `${cells[key] ?? '-'}`).join(' ')),
  ])
  return [
    text.replace(/ ?\[[ec]\d+\]/g, ''),
    ...rows,
    ...charts.map(({ title }) => title),
    ...choices.map((choice) => choice.text),
    ...notices,
    ...not_checked.map(({ what, reason }) => `${what}: ${reason}`),
    proposal?.sentence ?? '',
  ].join('\n')
}

const holds = (said: string, way: string): boolean =>
  way.length > 2 && way.startsWith('/') && way.endsWith('/')
    ? new RegExp(way.slice(1, -1), 'i').test(said)
    : said.toLowerCase().includes(way.toLowerCase())

/**
 * What an answer says and its evidence does not bear: citations of nothing; sentences that the verifier of models' prose would refuse, but
 * for their form, as log lines and addresses are quoted here as they are; numbers and names that rest on a claim alone.
 */
export function inventedIn(answer: Answer): string[] {
  const { question, outcome, claims, evidence, checked, choices, not_checked, created_at } = answer
  const ids = new Set([...evidence, ...checked].map(({ id }) => id))
  const cited = [...claims, ...answer.tables.flatMap(({ rows }) => rows)].flatMap(({ cites }) => cites)
  const nothing = [...new Set(cited)]
    .filter((id) => !ids.has(id))
    .map((id) => `cites ${id}, which is nothing`)
  const { violations } = verify(answer.text, {
    ...{ question, outcome, claims, evidence, calls: checked, choices, notChecked: not_checked },
    nowMs: Date.parse(created_at),
  })
  const refused = violations.filter(({ kind }) => kind !== 'MARKUP')
  return [...nothing, ...refused.map(({ kind, sentence }) => `${kind}: ${sentence}`), ...unborne(answer)]
}
