import { expect, it } from 'vitest'
import { step } from './correlate-core.ts'
import { anomalyAt, exampleCore, t0 } from './example.suite.ts'
import { incidentOf } from './incident-of.ts'
import { signalOfAnomaly } from './signal.ts'

it('is named after what was seen where its cause has no category', () => {
  const core = exampleCore()
  step(core, { type: 'SIGNAL', nowMs: t0, signal: signalOfAnomaly(anomalyAt('service/payments')) })
  const [group] = core.groups.all.values()
  const incident = () => group && incidentOf('default', group, core.topology)
  const cause = {
    ...{ rank: 1, entity: 'service/payments', category: 'OTHER' as const, probability: 0.8 },
    ...{
      confidence: 'HIGH' as const,
      sentence: 'payments is odd.',
      evidence: [],
      suggested_runbook_id: null,
    },
  }
  const diagnosis = {
    ...{ id: 'd', incident_id: group?.id ?? '', revision: 1, created_at: '2026-01-01T00:00:00Z' },
    ...{ causes: [cause], unknown_probability: 0.2, causal_chain: [], checked: [], method: 'test' },
    ...{ degraded: [], seconds: 0 },
  }
  step(core, { type: 'DIAGNOSED', nowMs: t0, diagnosis })
  expect(incident()).toMatchObject({
    ...{ title: 'payments: slow answers', primary_entity: 'service/payments' },
    cause: { sentence: 'payments is odd.' },
  })
})
