import { Finding } from '@aiops/contract/model/finding'
import { GpuNode } from '@aiops/contract/model/gpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Sample } from '../index.ts'
import { noInventory } from '../signature/exposition-reading.suite.ts'
import { History } from '../signature/history.ts'
import { Judge } from '../signature/judge.ts'
import { gpuDefaults } from './config.ts'
import { gpuNodesOf } from './gpu-view.ts'
import { gpuSignatures } from './signature/index.ts'

const metrics = [
  'XID_ERRORS',
  'GPU_TEMP',
  'FB_USED',
  'FB_FREE',
  'SM_CLOCK',
  'MIG_MODE',
  'ECC_DBE_VOL_TOTAL',
  'CLOCKS_EVENT_REASONS',
]
const names = fc.constantFrom(
  ...metrics.map((name) => `DCGM_FI_DEV_${name}`),
  ...['DCGM_EXP_XID_ERRORS_COUNT', 'DCGM_EXP_GPU_HEALTH_STATUS', 'DCGM_FI_PROF_SM_ACTIVE', 'DCGM_', 'up', ''],
)
const text = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '1',
    'GPU-a',
    '__proto__',
    'constructor',
    '-1',
    '1e999',
    '\u0000',
    '999999999999999999999',
  ),
  fc.string({ maxLength: 12 }),
)
const value = fc.oneof(
  fc.double(),
  fc.constantFrom(0, 1, 13, 79, 119, 2 ** 63, 2 ** 47, -1, Number.NaN, Number.POSITIVE_INFINITY),
)
const labels = fc.dictionary(
  fc.constantFrom(
    'UUID',
    'gpu',
    'Hostname',
    'pod',
    'namespace',
    'GPU_I_ID',
    'GPU_I_PROFILE',
    'xid',
    'err_code',
    'instance',
    'modelName',
    'exported_pod',
    '__proto__',
  ),
  text,
)
const sample = fc.record({ name: names, labels, value }).map(
  ({ name, labels: given, value: figure }): Sample => ({
    labels: { ...given, __name__: name },
    value: figure,
  }),
)

describe('Whatever an exporter says', () => {
  it('no signature fails, and views and findings keep to their form', async () => {
    const readings = fc.array(fc.array(sample, { maxLength: 15 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(readings, async (all) => {
        const history = new History({ readingsMax: 6, bytesMax: 1 << 20 }, () => noInventory)
        const judge = new Judge({ tenant: 't', id: 'c', name: 'c' }, gpuSignatures(gpuDefaults))
        for (const [index, samples] of all.entries()) {
          history.append({ timeMs: index * 400_000, samples })
          await judge.judge(history)
          expect([...judge.defects]).toEqual([])
        }
        for (const finding of judge.open()) expect(Finding.parse(finding)).toEqual(finding)
        const state = { id: 'c', name: 'c', history, stale: false }
        for (const node of gpuNodesOf(state, judge.open(), undefined))
          expect(GpuNode.parse(node)).toEqual(node)
      }),
      { numRuns: 300 },
    )
  })
})
