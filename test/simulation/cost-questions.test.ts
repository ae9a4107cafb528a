import { readFileSync } from 'node:fs'
import { permissions } from '@aiops/contract/api/operation'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import Markdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ManualClock } from '../../server/src/kernel/clock.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { hostileTexts } from '../../server/src/service/intelligence/answer/hostile-text.suite.ts'
import { builtinPersonas } from '../../server/src/service/intelligence/persona/index.ts'
import { writeDocument } from '../../server/src/service/intelligence/report/document.ts'
import { createToolBox } from '../../server/src/service/intelligence/tool/tool-box.ts'
import { anna, askerOf, clientOfWorld } from '../ask/cost/asker.ts'
import { decisions } from '../ask/cost/decision.ts'
import { deployments, policyNow } from '../ask/cost/deployment.ts'
import { costNowMs } from '../ask/cost/fact.ts'
import { costWorld } from '../ask/cost/world.ts'
import { AskedQuestion } from '../ask/question.ts'
import { judge } from '../ask/score.ts'

const asked = z
  .array(AskedQuestion)
  .parse(JSON.parse(readFileSync(new URL('../ask/question/cost.json', import.meta.url), 'utf8')))

describe('what is asked about cost and changes', () => {
  const ask = askerOf(costWorld())
  test.each(asked)('$id: $question', async (one) => {
    const { wrong, answer } = judge(one, await ask([...one.before, one.question]))
    expect(wrong, `${answer.understanding.intent}\n${answer.text}`).toEqual([])
  })
})

describe('where nothing tells it', () => {
  const empty = { ...costWorld() }
  empty.getCostOverview = async () => {
    const { spend, ...rest } = await costWorld().getCostOverview!()
    const none = { by_provider: [], by_service: [], unknown: [], current_hourly_usd: null, monthly_usd: null }
    return { ...rest, spend: { ...spend, ...none }, sources: [] }
  }
  empty.listProviderTelemetry = async () => ({
    readings: [],
    placements: [],
    at: new Date(costNowMs).toISOString(),
  })
  empty.listAllocations = async () => ({
    ...(await costWorld().listAllocations!({ query: { aggregate: ['cluster'] } } as never)),
  })
  empty.listBudgets = async () => ({ budgets: [] })
  empty.listPriceBooks = async () => ({ books: [], stale_after_days: 30 })
  empty.listDecisions = async () => ({ items: [], total: 0, page: 1, page_size: 20, total_pages: 0 })
  empty.listDrift = async () => ({ checks: [], interval_seconds: 60 })
  const ask = askerOf(empty)
  test.each([
    ['What do we spend?', /price|telemetry/i],
    ['Are we over budget?', /no budget is set/i],
    ['How old are our prices?', /no price book/i],
    ['Which services should move?', /nothing was decided/i],
    ['Which provider is cheapest?', /telemetry/i],
    ['Is there drift?', /no stack was looked at/i],
  ])('%s names the source that would, and says no number of money', async (question, source) => {
    const answer = await ask([question])
    expect(answer.outcome).toBe('UNANSWERABLE')
    expect(answer.text).toMatch(source)
    expect(answer.text).not.toMatch(/\d\s?USD/)
  })
})

test('who may not see costs is told so, and no number', async () => {
  const held = permissions.filter((one) => one !== 'cost:read')
  const answer = await askerOf(costWorld())(['What do we spend?'], { ...anna, permissions: held })
  expect(answer.outcome).toBe('UNANSWERABLE')
  expect(answer.text).toContain('cost:read')
  expect(answer.text).not.toMatch(/\d\s?USD/)
})

describe('whatever stands in titles, reasons and explanations', () => {
  const shown = (text: string): string =>
    renderToStaticMarkup(createElement(Markdown, { remarkPlugins: [remarkGfm] }, text))
  const allowed = new Set(['p', 'code', 'strong', 'ol', 'ul', 'li'])
  test.each(hostileTexts.filter((text) => text.length < 1_000))(
    '%j is shown as words and code',
    async (text) => {
      const world = { ...costWorld() }
      const [waiting] = deployments
      const change = {
        ...{ ...waiting!, title: text, author: text, failure: text, no_plan_reason: text },
        policy: {
          ...waiting!.policy!,
          rules: waiting!.policy!.rules.map((rule) => ({ ...rule, reason: text })),
        },
      }
      const decision = {
        ...{ ...decisions[0]!, explanation: text, flips: [text] },
        tests: decisions[0]!.tests.map((one) => ({ ...one, detail: text })),
      }
      const one = <T>(item: T) => ({ items: [item], total: 1, page: 1, page_size: 20, total_pages: 1 })
      world.listDeployments = async () => one(change)
      world.listDecisions = async () => one(decision)
      world.getDecision = async () => decision
      world.getPolicy = async () => ({
        ...{ ...policyNow, source: text },
        rules: policyNow.rules.map((rule) => ({ ...rule, description: text })),
      })
      const ask = askerOf(world)
      for (const question of [
        'What waits for approval?',
        'Why is deployment 3 waiting?',
        'Should freight move?',
        'What does the policy say?',
      ]) {
        const { text: said } = await ask([question])
        const elements = [...shown(said).matchAll(/<([a-z][a-z0-9]*)/g)].map(([, name]) => name!)
        expect(new Set(elements).difference(allowed), said).toEqual(new Set())
      }
    },
  )
})

test('the report of noise and cost says what is spent, saved, decided and waits, each with its evidence', async () => {
  const client = clientOfWorld(costWorld())
  const clock = new ManualClock(costNowMs)
  const box = createToolBox({ clientOf: () => client, clock, metrics: createMetrics() })
  const document = await writeDocument(
    client,
    (tool, input) => box.call(anna, tool, input),
    {
      ...{ id: 'r1', title: 'Week', type: 'NOISE_AND_COST', clusterScope: [], incident: undefined },
      range: { startMs: costNowMs - 7 * 86_400_000, endMs: costNowMs },
      ...{ generatedBy: 'anna', persona: builtinPersonas[0]! },
    },
    clock,
  )
  const textOf = (title: string): string =>
    document.sections
      .find((one) => one.title === title)!
      .claims.map(({ text }) => text)
      .join('\n')
  expect(textOf('Cost now')).toContain('2.90 USD/h')
  expect(textOf('Cost of the period')).toContain('31.70 USD')
  expect(textOf('Budgets')).toContain('1,421 USD')
  expect(textOf('What could be saved')).toContain('41.00 USD/month')
  expect(textOf('What was saved')).toContain('6.20 USD')
  expect(textOf('What was decided')).toContain('freight')
  expect(textOf('Changes through Git')).toContain('AWAITING_APPROVAL')
  expect(textOf('Prices and how old they are')).toContain('3 days')
  const ids = new Set([...document.evidence, ...document.checked].map(({ id }) => id))
  const cited = document.sections.flatMap(({ claims }) => claims.flatMap(({ cites }) => cites))
  expect(cited.filter((id) => !ids.has(id))).toEqual([])
})

describe('a tool', () => {
  const box = createToolBox({
    ...{
      clientOf: () => clientOfWorld(costWorld()),
      clock: new ManualClock(costNowMs),
      metrics: createMetrics(),
    },
  })
  test.each([
    ['get_cost', {}],
    ['get_cost_allocation', { aggregate: ['namespace'] }],
    ['list_provider_offers', {}],
    ['list_price_sources', { resource: 'GPU' }],
    ['list_budgets', {}],
    ['list_cost_decisions', {}],
    ['get_cost_decision', { service: 'freight' }],
    ['list_savings', {}],
    ['list_deployments', {}],
    ['get_deployment', { id: '3' }],
    ['get_policy', {}],
    ['list_drift', {}],
    ['list_audit', {}],
  ])('%s gives records with source, time and units in the names of their fields', async (name, input) => {
    const { call, drafts } = await box.call(anna, name, input)
    expect(call.status, call.sentence).toBe('OK')
    for (const { source, query, fields, sentence } of drafts) {
      expect([source, query, sentence]).not.toContain('')
      for (const [key, value] of Object.entries(fields))
        if (
          typeof value === 'number' &&
          /cost|saving|spent|saved|delta|price(?!s)|migration/.test(key) &&
          !/prices|percent|decisions/.test(key)
        )
          expect(key, `${name}: ${key}`).toMatch(/_(?:hourly|monthly)?_?usd$/)
      // No record holds a rate and a bill under one name.
      expect(Object.keys(fields)).not.toContain('usd_rate')
    }
  })

  test.each([
    ['list_provider_offers', {}],
    ['get_cost_allocation', {}],
    ['list_drift', {}],
  ])('%s marks the words of systems as such', async (name, input) => {
    const { drafts } = await box.call(anna, name, input)
    const [first] = drafts
    expect(first?.trust).toBe('TELEMETRY')
  })
})
