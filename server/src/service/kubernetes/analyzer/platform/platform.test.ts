import type { TenantId } from '@aiops/contract/model/tenant'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { snapshotOf } from '../../snapshot.ts'
import { analyze } from '../analyze.ts'
import { describeRules } from '../case.suite.ts'
import { healthyAt, healthyClusters } from './healthy.suite.ts'
import { platformRules } from './index.ts'
import { platformCases } from './platform.suite.ts'

describe('the rules about the platform', () => {
  describeRules(platformRules, platformCases)

  const cluster = { tenant: 'acme' as TenantId, id: 'c1', name: 'one' }

  test.each(Object.entries(healthyClusters))(
    'find nothing in a healthy cluster of %s',
    async (_name, objects) => {
      const view = snapshotOf(objects, { timeMs: Date.parse(healthyAt) })
      const { findings, failed } = await analyze(view, cluster, platformRules)
      expect(failed).toEqual([])
      expect(findings.map(({ rule, object, title }) => `${rule} ${object.name}: ${title}`)).toEqual([])
    },
  )

  /** Every object of every case, so that rules of each kind have something to trip over. */
  const objects = platformCases.flatMap(({ positive, negative }) => [...positive, ...negative])
  const odd = fc.constantFrom<unknown>(
    null,
    '',
    'x'.repeat(5_000),
    -1,
    Number.MAX_SAFE_INTEGER,
    [],
    {},
    [null],
    { __proto__: null },
    '__proto__',
    '\u0000',
    true,
  )

  test('survive objects of which any field is anything', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(objects.length - 1), fc.nat(40), odd), { minLength: 20, maxLength: 60 }),
        async (changes) => {
          const spoiled = changes.map(([at, field, value]) =>
            spoil(structuredClone(objects[at]!), field, value),
          )
          const { failed } = await analyze(
            snapshotOf(spoiled, { timeMs: Date.parse(healthyAt) }),
            cluster,
            platformRules,
          )
          expect(failed).toEqual([])
        },
      ),
      { numRuns: 200 },
    )
  })
})

/** Puts a value in place of one of the fields, counted through all levels, kind and name left alone. */
function spoil(object: object, field: number, value: unknown): object {
  let left = field
  const walk = (part: Record<string, unknown>, depth: number): boolean => {
    for (const [key, inner] of Object.entries(part)) {
      if (depth === 0 && key === 'kind') continue
      if (left-- === 0) {
        part[key] = value
        return true
      }
      if (typeof inner === 'object' && inner !== null && walk(inner as Record<string, unknown>, depth + 1))
        return true
    }
    return false
  }
  walk(object as Record<string, unknown>, 0)
  return object
}
