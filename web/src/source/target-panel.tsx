import type { ScrapeTargets } from '@aiops/contract/model/scrape'
import { Badge, type Tone } from '../ui/badge.tsx'
import { formatCount, formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { counted } from '../ui/words.ts'
import { ProblemList } from './problem-list.tsx'
import { useScrapeTargets } from './use-source.ts'

type Target = ScrapeTargets['targets'][number]

const looks: Record<Target['health'], { tone: Tone; word: string }> = {
  UP: { tone: 'ok', word: 'Up' },
  DOWN: { tone: 'critical', word: 'Down' },
  UNKNOWN: { tone: 'outline', word: 'Not yet' },
}

/** What is scraped, the failing first. */
export function TargetPanel() {
  const query = useScrapeTargets()
  return (
    <QueryPanel
      title="Scrape targets"
      note={query.data && query.data.targets.length > 0 ? noteOf(query.data) : undefined}
      query={query}
      rows={2}
    >
      {({ targets, problems }) => (
        <>
          <ProblemList problems={problems} />
          {targets.length === 0 && (
            <p className="px-4 py-3 text-ink-mute">
              None. Name a prometheus.yml in{' '}
              <span className="font-mono text-xs">ingest.scrape.config_files</span>, or put files with{' '}
              <span className="font-mono text-xs">scrape_configs</span> into the folder{' '}
              <span className="font-mono text-xs">scrape</span> of the data folder.
            </p>
          )}
          <ul className="divide-y">
            {targets.toSorted(downFirst).map((target) => (
              <TargetRow key={`${target.job} ${target.url}`} target={target} />
            ))}
          </ul>
        </>
      )}
    </QueryPanel>
  )
}

const noteOf = ({ targets, dropped }: ScrapeTargets): string => {
  const up = targets.filter(({ health }) => health === 'UP').length
  return `${up} of ${targets.length} up${dropped > 0 ? `, ${formatCount(dropped)} dropped by relabelling` : ''}`
}

const downFirst = (a: Target, b: Target): number =>
  Number(b.health === 'DOWN') - Number(a.health === 'DOWN') ||
  a.job.localeCompare(b.job) ||
  a.url.localeCompare(b.url)

function TargetRow({ target }: { target: Target }) {
  const { tone, word } = looks[target.health]
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-2">
      <div className="w-16">
        <Badge tone={tone}>{word}</Badge>
      </div>
      <span className="min-w-0 flex-1 break-words font-medium sm:w-40 sm:flex-none">{target.job}</span>
      <div className="min-w-0 flex-1 max-sm:basis-full">
        <p className="break-all font-mono text-xs">{target.url}</p>
        {target.last_error !== '' && <p className="break-words text-critical">{target.last_error}</p>}
      </div>
      <span className="text-ink-mute text-xs">
        {target.last_scrape === null ? (
          'no scrape yet'
        ) : (
          <>
            {counted(target.samples_scraped, 'sample')} in{' '}
            {formatDuration(target.last_scrape_duration_seconds * 1_000)},{' '}
            <Moment at={target.last_scrape} form="ago" />
          </>
        )}
      </span>
    </li>
  )
}
