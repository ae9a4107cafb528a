import type { CorrelationLesson, LessonRelation } from '@aiops/contract/model/correlation-lesson'
import { GraduationCap } from 'lucide-react'
import { useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatNumber } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { Pager } from '../ui/pager.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { lessonsPageSize, useForgetting, useLessons } from './use-correlation.ts'

const relations: Record<LessonRelation, string> = {
  SAME: 'at the same place',
  ADJACENT: 'at places linked directly',
  NEAR: 'at places near each other',
  LABELS: 'near by their labels alone',
}

/** What people taught by joining and parting signals. */
export function LessonTab() {
  const [page, setPage] = useState(1)
  const query = useLessons(page)
  return (
    <QueryPanel title="Learned from people" note={query.data && `${query.data.total} in all`} query={query}>
      {({ items, total }) =>
        total === 0 ? (
          <Empty icon={GraduationCap} title="Nobody has corrected an incident yet">
            Where an alert does not belong to its incident, take it out; where two incidents are one, merge
            them. What is learned of it stands here and can be forgotten.
          </Empty>
        ) : (
          <>
            <ul className="divide-y">
              {items.map((lesson) => (
                <LessonRow key={lesson.id} lesson={lesson} />
              ))}
            </ul>
            {total > lessonsPageSize && (
              <Pager {...{ page, total }} pageSize={lessonsPageSize} onPage={setPage} />
            )}
          </>
        )
      }
    </QueryPanel>
  )
}

function LessonRow({ lesson }: { lesson: CorrelationLesson }) {
  const forget = useForgetting()
  const { a, b, relation, joined, parted, log_odds } = lesson
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-3">
      <div className="w-24">
        <Badge tone={log_odds > 0 ? 'ok' : 'medium'}>{log_odds > 0 ? 'Join sooner' : 'Join later'}</Badge>
      </div>
      <div className="min-w-0 flex-1 basis-64">
        <p className="break-words">
          <Side {...a} /> and <Side {...b} />, {relations[relation]}
        </p>
        <p className="text-ink-mute text-xs">
          joined {formatNumber(joined)}, parted {formatNumber(parted)} times; log-odds {log_odds > 0 && '+'}
          {log_odds.toFixed(2)} · {lesson.by.join(', ')} · <Moment at={lesson.updated_at} form="ago" />
        </p>
      </div>
      <Button size="small" disabled={forget.isPending} onClick={() => forget.mutate(lesson.id)}>
        Forget
      </Button>
      {forget.error && (
        <Failure
          error={forget.error}
          advice={refusedFor(forget.error, 'correlation:write')}
          className="w-full"
        />
      )}
    </li>
  )
}

const Side = ({ rule, place }: CorrelationLesson['a']) => (
  <span>
    <span className="font-medium">{rule}</span>
    {place !== '' && <span className="text-ink-mute"> on a {place}</span>}
  </span>
)
