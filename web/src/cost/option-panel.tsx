import type { Decision, Option } from '@aiops/contract/model/decision'
import { useMemo } from 'react'
import { Badge } from '../ui/badge.tsx'
import { formatCount, formatDuration, formatPercent, formatProbability, missing } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { DecisionPart } from './decision-part.tsx'
import { factorWord } from './decision-word.ts'
import { Hourly } from './money.tsx'
import { ScoreBar } from './score-bar.tsx'
import { factorColour, scoreFactors, type Weights, weightsOf } from './score-parts.ts'

/** Where it could be, side by side, on scales that no option changes. */
export function OptionPanel({ decision }: { decision: Decision }) {
  const weights = useMemo(() => weightsOf(decision), [decision])
  const { options, from, to, runner_up } = decision
  if (options.length === 0) return null
  const told = scoreFactors.filter((factor) => weights[factor] !== undefined)
  return (
    <DecisionPart title="Options" note="score 0 to 1 on fixed scales; more is better">
      {told.length > 0 && (
        <ul aria-label="Weights" className="mb-3 flex flex-wrap gap-x-4 gap-y-1 text-xs">
          {told.map((factor) => (
            <li key={factor} className="flex items-center gap-1.5">
              <span
                aria-hidden
                className="size-2.5 rounded-sm"
                style={{ background: factorColour[factor] }}
              />
              {factorWord[factor]}
              <span className="text-ink-mute">weight {formatPercent(weights[factor] ?? 0)}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="grid gap-3 [grid-template-columns:repeat(auto-fit,minmax(min(15rem,100%),1fr))]">
        {options.map((option) => (
          <OptionCard
            key={option.provider}
            {...{ option, weights }}
            role={
              option.provider === to && to !== from
                ? decision.state === 'HELD'
                  ? 'best, held'
                  : 'chosen'
                : option.provider === from
                  ? 'runs here'
                  : option.provider === runner_up
                    ? 'runner-up'
                    : undefined
            }
            second={option.provider === runner_up && option.provider === from}
          />
        ))}
      </div>
    </DecisionPart>
  )
}

type OptionCardProps = { option: Option; weights: Weights; role: string | undefined; second: boolean }

function OptionCard({ option, weights, role, second }: OptionCardProps) {
  const { provider, reading, excluded, score, acceptability } = option
  return (
    <article
      aria-label={provider}
      className={`min-w-0 rounded-md border p-3 ${isWinner(role) ? 'border-accent' : ''}`}
    >
      <p className="mb-2 flex flex-wrap items-center gap-1.5">
        <span className="min-w-0 truncate font-semibold">{provider}</span>
        {role && <Badge tone={isWinner(role) ? 'low' : 'outline'}>{role}</Badge>}
        {second && <Badge tone="outline">runner-up</Badge>}
        <span className="ml-auto font-semibold">{score === null ? missing : score.toFixed(3)}</span>
      </p>
      <ScoreBar option={option} weights={weights} />
      {excluded.length > 0 && (
        <ul className="mt-2 list-disc pl-4 text-critical text-xs">
          {excluded.map((why) => (
            <li key={why}>ruled out: {why}</li>
          ))}
        </ul>
      )}
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-xs [&>dd]:text-right [&>dt]:text-ink-mute">
        <dt>Wins</dt>
        <dd>{acceptability === null ? 'not drawn' : `${formatProbability(acceptability)} of draws`}</dd>
        <dt>Rate</dt>
        <dd>
          <Hourly value={reading.cost_hourly_usd} why={`${reading.source} told no cost.`} />
        </dd>
        <dt>Latency</dt>
        <dd>{formatDuration(reading.latency_ms)}</dd>
        <dt>Credit left</dt>
        <dd>{formatPercent(reading.credits)}</dd>
        <dt>Free GPUs</dt>
        <dd>{formatCount(reading.available_gpus)}</dd>
        <dt>Where</dt>
        <dd className="wrap-anywhere">
          {[reading.region, reading.instance].filter(Boolean).join(', ') || missing}
        </dd>
        <dt>Told by</dt>
        <dd className="wrap-anywhere">
          {reading.source}, <Moment at={reading.at} />
        </dd>
      </dl>
    </article>
  )
}

const isWinner = (role: string | undefined): boolean => role === 'chosen' || role === 'best, held'
