import { type Permission, permissions } from '@aiops/contract/api/operation'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import type { Caller } from '../../../port/operation-client.ts'
import { hostileText, hostileTexts } from '../answer/hostile-text.suite.ts'
import { toolNames, tools } from './index.ts'
import { clientOf, insideNowMs } from './inside.suite.ts'
import { createToolBox } from './tool-box.ts'

const callerWith = (held: readonly Permission[]): Caller => ({
  ...{ actor: 'anna', tenant: 'default', permissions: held },
})
const everything = callerWith(permissions)
/** A box whose platform answers nothing but what is given: another operation that is called fails. */
const boxOf = (operations: Parameters<typeof clientOf>[0] = {}) =>
  createToolBox({
    ...{
      clientOf: () => clientOf(operations),
      clock: new ManualClock(insideNowMs),
      metrics: createMetrics(),
    },
  })

describe('a call of a tool', () => {
  test.each(toolNames)('%s is denied to who lacks its permission, whatever persona asks', async (name) => {
    const held = permissions.filter((one) => one !== tools[name].permission)
    const { call } = await boxOf().call(
      callerWith(held),
      name,
      {},
      { allowed: new Set(toolNames), mayPropose: true },
    )
    expect(call).toMatchObject({ status: 'DENIED', records: 0 })
  })

  test.each(toolNames.filter((name) => tools[name].effect === 'PROPOSE'))(
    '%s is denied unless a person asks for it',
    async (name) => {
      const input = { runbook_id: 'restart-pool', incident_id: 'latest', report_type: 'EXECUTIVE_SUMMARY' }
      expect((await boxOf().call(everything, name, input)).call.status).toBe('DENIED')
    },
  )

  test.each(['__proto__', 'constructor', 'toString', 'delete_namespace', ''])(
    '%j is no tool',
    async (name) => {
      expect((await boxOf().call(everything, name, {})).call).toMatchObject({ status: 'FAILED' })
    },
  )

  test('gives an outcome whatever its arguments are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...toolNames), fc.anything({ maxDepth: 3 }), async (name, input) => {
        const { call } = await boxOf().call(everything, name, input)
        expect(['FAILED', 'DENIED', 'EMPTY', 'OK', 'PARTIAL']).toContain(call.status)
        expect(call.sentence.length).toBeLessThanOrEqual(2_000)
      }),
      { numRuns: 200 },
    )
  })

  test('gives evidence of visible characters and bounded length, whatever systems wrote', async () => {
    const changes = (summary: string) => ({
      items: [
        {
          ...{ id: 'x', at: '2026-03-02T14:00:00Z', kind: 'CONFIG' as const, entities: ['service/billing'] },
          ...{
            summary,
            actor: summary,
            source: 'API',
            object: null,
            fields: [{ path: summary.slice(0, 1_000), before: summary.slice(0, 4_000), after: null }],
          },
        },
      ],
    })
    const check = async (text: string): Promise<void> => {
      const box = boxOf({ listChanges: async () => changes(text) as never })
      const { call, drafts } = await box.call(everything, 'list_changes', {})
      expect(call.sentence).not.toContain('failed')
      expect(drafts).toHaveLength(1)
      for (const { sentence, entity, source, fields } of drafts) {
        for (const line of [call.sentence, sentence, entity ?? '', source])
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
        expect(sentence.length).toBeLessThanOrEqual(2_000)
        for (const value of Object.values(fields)) {
          expect(String(value).length).toBeLessThanOrEqual(8_192)
          expect(String(value)).not.toMatch(/(?![\n\t])\p{Cc}|\p{Cf}/u)
        }
      }
    }
    for (const text of hostileTexts) await check(text)
    await fc.assert(fc.asyncProperty(hostileText, check), { numRuns: 100 })
  })
})
