import type { NoiseAdvice, RuleNoise } from '@aiops/contract/model/rule-noise'
import { Link } from '@tanstack/react-router'
import { VolumeX } from 'lucide-react'
import { useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Empty } from '../ui/empty.tsx'
import { SelectField } from '../ui/field.tsx'
import { formatDuration, formatPercent } from '../ui/format.ts'
import { LoadNote } from '../ui/load-note.tsx'
import { Meter } from '../ui/meter.tsx'
import { Moment } from '../ui/moment.tsx'
import { counted } from '../ui/words.ts'
import { useRuleNoise } from './use-alerts.ts'

const advices: Record<NoiseAdvice, { word: string; tone: 'high' | 'medium' | 'info' | 'outline' }> = {
  DELETE: { word: 'Delete', tone: 'high' },
  RAISE_FOR: { word: 'Raise for', tone: 'medium' },
  SILENCE_AT_NIGHT: { word: 'Silence at night', tone: 'info' },
  KEEP: { word: 'Keep', tone: 'outline' },
}

/** Which rules are noise, and what to do about each. */
export function NoisePanel() {
  const [duration, setDuration] = useState('7d')
  const { data, error, refetch } = useRuleNoise(duration)
  return (
    <section aria-label="Noise of alert rules" className="rounded-lg border bg-surface">
      <div className="flex flex-wrap items-center gap-3 border-b p-3">
        <SelectField aria-label="Time" value={duration} onChange={(event) => setDuration(event.target.value)}>
          <option value="1d">The last day</option>
          <option value="7d">The last 7 days</option>
          <option value="30d">The last 30 days</option>
        </SelectField>
        {data && (
          <p className="text-ink-mute text-xs">
            {counted(data.total, 'rule')} fired {data.firings.toLocaleString('en')} times since{' '}
            <Moment at={data.from} form="both" />
            {data.truncated && '; older ones are not counted, there are too many'}
          </p>
        )}
      </div>
      <LoadNote error={error} loading={!data} onRetry={() => void refetch()} />
      {data && data.rules.length === 0 && <Empty icon={VolumeX} title="No rule fired in this time" />}
      {data && data.rules.length > 0 && (
        <ul className="divide-y">
          {data.rules.map((rule) => (
            <Rule key={`${rule.source} ${rule.name}`} rule={rule} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Rule({ rule }: { rule: RuleNoise }) {
  const { word, tone } = advices[rule.advice]
  const figures = [
    counted(rule.firings, 'firing'),
    ...(rule.firing_now > 0 ? [`${rule.firing_now} now`] : []),
    counted(rule.flaps, 'flap'),
    ...(rule.median_seconds === null ? [] : [`median ${formatDuration(rule.median_seconds * 1_000)}`]),
    `${formatPercent(rule.silenced / rule.firings)} silenced`,
  ]
  return (
    <li className="grid gap-x-4 gap-y-1 p-3 sm:grid-cols-[minmax(0,1fr)_16rem]">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-2">
          <Link
            to="/alerts"
            search={{ name: [rule.name], source: [rule.source] }}
            className="min-w-0 break-words py-0.5 font-medium hover:underline"
          >
            {rule.name}
          </Link>
          <Badge tone={tone}>{word}</Badge>
          <span className="text-ink-mute text-xs">{rule.source}</span>
        </div>
        <p className="break-words">{rule.sentence.replaceAll('`', '')}</p>
        <p className="text-ink-mute text-xs">{figures.join(' · ')}</p>
      </div>
      <details className="text-xs">
        <summary className="cursor-pointer">
          Noise <span className="font-medium">{formatPercent(rule.score)}</span>
          <span className="mt-1 block">
            <Meter label={`Noise of ${rule.name}`} share={rule.score} />
          </span>
        </summary>
        <ul className="mt-1 space-y-0.5 text-ink-soft">
          {rule.parts.map(({ kind, sentence, weight }) => (
            <li key={kind}>
              {sentence} <span className="text-ink-mute">(weighs {formatPercent(weight)})</span>
            </li>
          ))}
        </ul>
      </details>
    </li>
  )
}
