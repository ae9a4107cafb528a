import { describe, expect, it } from 'vitest'
import { bodyOf, emptyDraft, scopeProblem, usualTitle } from './report-draft.ts'

describe('a report to be made', () => {
  it('is of the last day and all clusters unless said', () => {
    const draft = emptyDraft()
    expect(scopeProblem(draft)).toBeUndefined()
    expect(bodyOf(draft)).toEqual({
      ...{ report_type: 'EXECUTIVE_SUMMARY', format: 'HTML', cluster_scope: [] },
      time_range: { duration: '24h' },
    })
  })

  it('of an incident names it and nothing of clusters and time', () => {
    const draft = emptyDraft({ type: 'INCIDENT_REPORT', incident: ' 42 ', clusters: ['a'], title: ' Why ' })
    expect(bodyOf(draft)).toEqual({
      ...{ report_type: 'INCIDENT_REPORT', format: 'HTML', title: 'Why', incident_id: '42' },
    })
    expect(usualTitle(emptyDraft({ type: 'INCIDENT_REPORT', incident: '42' }))).toBe('Incident report INC-42')
    expect(scopeProblem(emptyDraft({ type: 'INCIDENT_REPORT' }))).toContain('incident')
  })

  it('of a period of its own has both ends, the earlier first', () => {
    const own = { period: 'own', from: '2026-11-20T07:00', to: '2026-11-21T07:00' } as const
    expect(scopeProblem(emptyDraft(own))).toBeUndefined()
    const { time_range } = bodyOf(emptyDraft(own))
    expect(Date.parse(time_range?.end ?? '') - Date.parse(time_range?.start ?? '')).toBe(86_400_000)
    expect(scopeProblem(emptyDraft({ ...own, to: '' }))).toContain('both')
    expect(scopeProblem(emptyDraft({ ...own, to: own.from }))).toContain('after')
  })
})
