import type { Decision } from '@aiops/contract/model/decision'
import { hourlyText, usdText } from '../money-text.ts'
import type { EvidenceDraft } from './tool.ts'

/** Options and tests of one decision that are told one by one. */
const [optionsMax, testsMax] = [40, 40]

const linkOf = ({ id }: Decision): string => `/cost?tab=decisions&decision=${encodeURIComponent(id)}`

/** A decision in one record. */
export function decisionRecord(decision: Decision): EvidenceDraft {
  const { service, action, state, from, to, confidence, economics, tests, calibration } = decision
  const failed = tests.filter(({ passed }) => !passed)
  return {
    ...{ type: 'DECISION', query: decision.id, source: 'platform', time: decision.at },
    entity: `service/${service}`,
    sentence: `${service}: ${action}${from ? ` from ${from}` : ''}${to && to !== from ? ` to ${to}` : ''}, ${state}. ${decision.explanation}`,
    fields: {
      ...{ about: 'DECISION', decision_id: decision.id, service, action, state, from, to, confidence },
      ...{ runner_up: decision.runner_up, emergency: decision.emergency, signals: decision.signals.length },
      ...{ outcomes: calibration.outcomes, hit_rate_ratio: calibration.hit_rate, outcomes_needed: 30 },
      ...{
        saving_hourly_usd: economics?.saving_hourly_usd.p50 ?? null,
        saving_hourly_p10_usd: economics?.saving_hourly_usd.p10 ?? null,
        saving_hourly_p90_usd: economics?.saving_hourly_usd.p90 ?? null,
      },
      failed_tests: failed.map(({ name, detail }) => `${name}: ${detail}`).join(' | '),
      flips: decision.flips.slice(0, 10).join(' | '),
      ...{ deployment_id: decision.deployment_id, hypothetical: decision.hypothetical },
      explanation: decision.explanation,
    },
    ...{ trust: 'PLATFORM', link: linkOf(decision) },
  }
}

/** The same, then every option, test, the money and the outcome in a record of its own. `about` says which is which. */
export const decisionRecords = (decision: Decision): EvidenceDraft[] => [
  decisionRecord(decision),
  ...decision.options.slice(0, optionsMax).map((option) => optionRecord(decision, option)),
  ...decision.tests.slice(0, testsMax).map((test) => testRecord(decision, test)),
  ...moneyRecords(decision),
]

const baseOf = (decision: Decision) => ({
  ...{ type: 'DECISION' as const, query: decision.id, source: 'platform', time: decision.at },
  ...{ entity: `service/${decision.service}`, trust: 'PLATFORM' as const, link: linkOf(decision) },
})

function optionRecord(
  decision: Decision,
  { provider, reading, excluded, score, acceptability, factors }: Decision['options'][number],
): EvidenceDraft {
  const { cost_hourly_usd, latency_ms } = reading
  return {
    ...baseOf(decision),
    ...{ source: reading.source, time: reading.at, trust: 'TELEMETRY' },
    sentence: `${provider}: ${cost_hourly_usd === null ? 'cost not told' : hourlyText(cost_hourly_usd)}, ${latency_ms === null ? 'latency not told' : `${Math.round(latency_ms)} ms`}${excluded.length > 0 ? `, excluded: ${excluded.join('; ')}` : ''}.`,
    fields: {
      ...{ about: 'OPTION', provider, service: decision.service, cost_hourly_usd, latency_ms, score },
      ...{ acceptability_share: acceptability, credits_ratio: reading.credits },
      ...{ available_gpus: reading.available_gpus, region: reading.region, instance: reading.instance },
      excluded: excluded.join(' | '),
      factors: Object.entries(factors)
        .map(([name, value]) => `${name} ${Number(value?.toPrecision(3))}`)
        .join(', '),
    },
  }
}

const testRecord = (
  decision: Decision,
  { name, passed, detail }: Decision['tests'][number],
): EvidenceDraft => ({
  ...baseOf(decision),
  sentence: `${name} ${passed ? 'passed' : 'not passed'}: ${detail}`,
  fields: { about: 'TEST', name, passed, detail },
})

function moneyRecords(decision: Decision): EvidenceDraft[] {
  const { economics, outcome } = decision
  const records: EvidenceDraft[] = []
  if (economics) {
    const { saving_usd: saving, saving_hourly_usd: rate, horizon_hours, payback_hours } = economics
    records.push({
      ...baseOf(decision),
      sentence: `${hourlyText(rate.p50)} saved once it has moved; ${usdText(economics.migration_usd)} to move; ${usdText(saving.p50)} over ${horizon_hours} hours, the move paid.`,
      fields: {
        ...{
          about: 'ECONOMICS',
          saving_usd: saving.p50,
          saving_p10_usd: saving.p10,
          saving_p90_usd: saving.p90,
        },
        ...{ saving_hourly_usd: rate.p50, saving_hourly_p10_usd: rate.p10, saving_hourly_p90_usd: rate.p90 },
        ...{ migration_usd: economics.migration_usd, horizon_hours, payback_hours },
        migration_parts: economics.migration_parts
          .slice(0, 10)
          .map(({ name, usd, source }) => `${name} ${usdText(usd)} (${source})`)
          .join(', '),
      },
    })
  }
  if (outcome)
    records.push({
      ...baseOf(decision),
      time: outcome.measured_until,
      sentence: `Realised since: ${usdText(outcome.realised_usd.p50)}, measured until ${outcome.measured_until}.`,
      fields: {
        ...{ about: 'OUTCOME', realised_usd: outcome.realised_usd.p50, right: outcome.right },
        ...{ realised_p10_usd: outcome.realised_usd.p10, realised_p90_usd: outcome.realised_usd.p90 },
        ...{ coverage_ratio: outcome.coverage, measured_until: outcome.measured_until },
      },
    })
  return records
}
