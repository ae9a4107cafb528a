import { describe, expect, it } from 'vitest'
import { alertAnswerers } from './alert.ts'
import { conversationAnswerers } from './conversation.ts'
import { answered, entityRef, minutesAgo, type Said, situationOf, textOf } from './found.suite.ts'
import { surroundingAnswerers } from './surrounding.ts'
import { troubleAlerts, troubleScript } from './trouble.suite.ts'

const by = (intent: string) =>
  [...conversationAnswerers, ...alertAnswerers, ...surroundingAnswerers].find((one) => one.intent === intent)!
const headline = (draft: { claims: { role: string; text: string }[] }) =>
  draft.claims.find(({ role }) => role === 'HEADLINE')?.text ?? ''
const checkout = entityRef('SERVICE', 'checkout')
const proposal: Said = {
  tool: 'propose_runbook',
  output: {
    remediation: {
      ...{
        id: 'r1',
        incident_id: 'i-12',
        runbook_id: 'roll-back',
        runbook_name: 'Roll back',
        entity: 'service/checkout',
      },
      ...{ status: 'PENDING_APPROVAL', requested_at: minutesAgo(0), requested_by: 'kim' },
      plan: [{ phase: 'STEP', name: 'Undo', sentence: 'POST http://deploy/undo' }],
    },
    ...{ waited_already: false, link: '/incidents/i-12' },
  },
}

describe('an action that is asked for', () => {
  const ask = (text: string, entities = [checkout]) =>
    answered(by('ACT'), situationOf('ACT', { text, entities }), [proposal, ...troubleScript])

  it.each(['Fix checkout', 'Please roll back checkout', 'go ahead and run it'])(
    '%s: is proposed and waits',
    (text) => {
      const { draft, made } = ask(text)
      expect(draft.outcome).toBe('PROPOSED')
      expect(draft.proposal).toMatchObject({ remediation_id: 'r1', runbook_id: 'roll-back' })
      expect(headline(draft)).toContain("waits for a person's approval")
      expect(made.find(({ tool }) => tool === 'propose_runbook')?.input).toEqual({
        runbook_id: 'roll-back',
        incident_id: 'i-12',
      })
    },
  )

  it.each([
    'Scale checkout to 9',
    'Delete the pods of checkout',
    'Silence the alerts of checkout',
    'Restart and drain checkout',
  ])('%s: no runbook does that, so nothing is proposed', (text) => {
    const { draft, made } = ask(text)
    expect(draft.outcome).toBe('UNANSWERABLE')
    expect(headline(draft)).toMatch(/^Nothing was/)
    expect(made.map(({ tool }) => tool)).not.toContain('propose_runbook')
  })

  it('on a thing without an open incident nothing is proposed', () => {
    const { made } = ask('Restart mail', [entityRef('SERVICE', 'mail')])
    expect(made.map(({ tool }) => tool)).not.toContain('propose_runbook')
  })

  it('"restart it" of nothing asks of what', () => {
    const { draft } = ask('Restart it.', [])
    expect(draft.outcome).toBe('CLARIFY')
    expect(draft.choices.map(({ question }) => question)).toContain('Restart checkout')
  })

  it('a refusal to propose is told as it is', () => {
    const { draft } = answered(
      by('ACT'),
      situationOf('ACT', { text: 'Fix checkout', entities: [checkout] }),
      [
        { tool: 'propose_runbook', failed: 'kim may not use propose_runbook: it needs runbooks:execute.' },
        ...troubleScript,
      ],
    )
    expect(draft.outcome).toBe('UNANSWERABLE')
    expect(textOf(draft)).toContain('needs runbooks:execute')
  })
})

describe('talk', () => {
  it('what was not understood is asked back with the likeliest readings', () => {
    const others = [
      { intent: 'WHY', score: 0.4 },
      { intent: 'WHAT_CHANGED', score: 0.3 },
    ] as const
    const { draft } = answered(
      by('UNKNOWN'),
      situationOf('UNKNOWN', { entities: [checkout], others }),
      troubleScript,
    )
    expect(draft.outcome).toBe('CLARIFY')
    expect(draft.choices.map(({ question }) => question)).toEqual([
      'Why is checkout failing?',
      'What changed on checkout?',
      'Is checkout healthy?',
    ])
  })

  it('a report of an incident is asked for as one of that incident', () => {
    const { made, draft } = answered(
      by('REPORT'),
      situationOf('REPORT', { text: 'report of the checkout incident', entities: [checkout] }),
      troubleScript,
    )
    expect(made.find(({ tool }) => tool === 'create_report')?.input).toEqual({
      report_type: 'INCIDENT_REPORT',
      incident_id: 'i-12',
    })
    expect(textOf(draft)).toContain('INC-12')
  })
})

describe('alerts', () => {
  it('are counted by severity', () => {
    const { draft } = answered(by('COUNT_ALERTS'), situationOf('COUNT_ALERTS'), troubleScript)
    expect(headline(draft)).toBe('3 alerts fire: 1 CRITICAL, 1 MEDIUM and 1 INFO.')
  })

  it('of one severity, and of one service, leave out the others', () => {
    const list = (more: object) =>
      textOf(answered(by('LIST_ALERTS'), situationOf('LIST_ALERTS', more), troubleScript).draft)
    expect(list({ slots: { severity: 'CRITICAL' } })).not.toContain('QuietDog')
    expect(list({ entities: [entityRef('SERVICE', 'cart')] })).not.toContain('HighErrors')
    expect(list({ entities: [entityRef('SERVICE', 'attic')] })).toContain('no alert fires for attic')
  })

  it('the one that fires longest is named where it is asked for', () => {
    const { draft } = answered(
      by('LIST_ALERTS'),
      situationOf('LIST_ALERTS', { text: 'Which alert has been firing longest?' }),
      troubleScript,
    )
    expect(headline(draft)).toContain('QuietDog')
  })

  it('silenced ones come with who silenced them and why', () => {
    const silenced = { ...troubleAlerts[1]!, silenced: true, silenced_by: ['s1'] }
    const silence = {
      ...{ id: 's1', matchers: [{ name: 'service', op: '=', value: 'cart' }], starts_at: minutesAgo(60) },
      ...{ ends_at: minutesAgo(-60), created_by: 'kim', comment: 'known, ticket 4', state: 'ACTIVE' },
    }
    const { draft } = answered(by('SILENCED_ALERTS'), situationOf('SILENCED_ALERTS'), [
      { tool: 'list_silences', output: { silences: [silence], total: 1 } as never },
      {
        tool: 'list_alerts',
        output: { alerts: [silenced], total: 1, by_severity: {}, silenced: 1, missing: [] },
      },
    ])
    expect(headline(draft)).toContain('HighLatency')
    expect(textOf(draft)).toContain('kim silenced HighLatency')
    expect(textOf(draft)).toContain('known, ticket 4')
  })
})

describe('what lies around', () => {
  it('the last change before the trouble, and how long before', () => {
    const { draft } = answered(
      by('WHAT_CHANGED'),
      situationOf('WHAT_CHANGED', {
        text: 'What was deployed right before checkout broke?',
        entities: [checkout],
      }),
      troubleScript,
    )
    expect(headline(draft)).toContain('deployment of checkout 1.4 → 1.5, by pipeline')
    expect(headline(draft)).toContain('3 min before it')
  })

  it('dependencies are named in the direction that was asked for', () => {
    const { draft } = answered(
      by('DEPENDENCIES'),
      situationOf('DEPENDENCIES', { entities: [entityRef('SERVICE', 'cart')], slots: { direction: 'DOWN' } }),
      troubleScript,
    )
    expect(headline(draft)).toBe('cart depends on checkout and ledger.')
  })

  it('an owner is named from the labels', () => {
    const { draft } = answered(
      by('OWNER'),
      situationOf('OWNER', { entities: [entityRef('SERVICE', 'cart')] }),
      troubleScript,
    )
    expect(headline(draft)).toBe('team-pay owns cart.')
  })

  it('no anomaly is said of the detector, beside the alerts that fire', () => {
    const { draft } = answered(
      by('ANOMALIES'),
      situationOf('ANOMALIES', { entities: [checkout] }),
      troubleScript,
    )
    expect(headline(draft)).toContain('No anomaly about checkout is going on')
    expect(textOf(draft)).toContain('HighErrors')
  })
})
