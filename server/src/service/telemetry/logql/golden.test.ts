import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { MemoryLogStore } from '../../../adapter/memory/telemetry.ts'
import { systemClock } from '../../../kernel/clock.ts'
import { formatLogql } from './format.ts'
import type { Golden } from './golden.suite.ts'
import { goldenCases } from './golden-metric.suite.ts'
import { createLogql } from './logql.ts'
import { parseLogql } from './parse/index.ts'
import { templateCases } from './template.suite.ts'

const start = 1_700_000_000_000
const guide = readFileSync(new URL('../../../../../docs/guide/logql.md', import.meta.url), 'utf8')

function open(input: Golden['input']) {
  const logStore = new MemoryLogStore()
  const records = input.map((one, i) => ({
    ...{ timeMs: start + i * 1_000, severity: 'INFO' as const, attributes: {}, traceId: '', spanId: '' },
    message: typeof one === 'string' ? one : one.line,
    labels: typeof one === 'string' ? { app: 'shop' } : one.stream,
  }))
  logStore.append({ tenant: 'default', records }, 0)
  return createLogql({ logStore, clock: systemClock })
}

async function answerOf(query: string, input: Golden['input']) {
  const logql = open(input)
  const tenant = 'default'
  if (parseLogql(query).node === 'log') {
    const range = { startMs: start, endMs: start + 60_000, stepMs: 1_000, limit: 100, intervalMs: 0 }
    const answer = await logql.range({ ...{ tenant, query, direction: 'FORWARD' }, ...range })
    if (answer.type !== 'streams') throw new Error('not a log query')
    return {
      lines: answer.lines.map(({ line }) => line),
      labels: answer.lines.map((line) => line.categories().parsed),
    }
  }
  const answer = await logql.instant({ tenant, query, timeMs: start + (input.length - 1) * 1_000 })
  if (answer.type !== 'metric') throw new Error('not a metric query')
  if (answer.value.type === 'scalar') return { samples: [String(answer.value.value)] }
  if (answer.value.type !== 'vector') throw new Error('no vector')
  return {
    samples: answer.value.samples.map(({ labels, value }) => {
      const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
      return `{${pairs.map(([name, text]) => `${name}="${text}"`).join(', ')}} ${value}`
    }),
  }
}

test.each(goldenCases)('$name', async ({ query, input, name: _, ...expected }) => {
  expect(await answerOf(query, input)).toMatchObject(expected)
  for (const [i, labels] of (expected.labels ?? []).entries())
    expect((await answerOf(query, input)).labels?.[i]).toEqual(labels)
})

test.each(goldenCases)('$name means the same printed in its usual form', async ({ query, input }) => {
  const printed = formatLogql(parseLogql(query))
  expect(formatLogql(parseLogql(printed))).toBe(printed)
  expect(await answerOf(printed, input)).toEqual(await answerOf(query, input))
})

test.each(templateCases)('template: $name', async ({ template, line, made }) => {
  const query = `{app="shop"} | logfmt | line_format ${JSON.stringify(template)}`
  expect(await answerOf(query, [line])).toMatchObject({ lines: [made] })
})

test('the guide names the constructs that are tested, and no others', () => {
  const named = [...guide.matchAll(/^\| (.+?) \| `.*` \|$/gm)].map(([, name]) => name!.replaceAll('\\|', '|'))
  expect(named).toEqual([...goldenCases, ...templateCases].map(({ name }) => name))
})
