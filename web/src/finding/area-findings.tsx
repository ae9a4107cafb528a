import type { FindingArea } from '@aiops/contract/model/finding'
import { CircleCheck } from 'lucide-react'
import { Empty } from '../ui/empty.tsx'
import { FindingCard } from '../ui/finding-card.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Pager } from '../ui/pager.tsx'
import { FindingTitle } from './finding-title.tsx'
import { areaPageSize, useAreaFindings } from './use-finding.ts'

type AreaFindingsProps = {
  area: FindingArea
  /** What the area is about, in the plural. */
  about: string
  clusters: readonly string[]
  search: string
  page: number
  onPage: (page: number) => void
}

/** Open findings of one area, most severe first. */
export function AreaFindings({ area, about, clusters, search, page, onPage }: AreaFindingsProps) {
  return (
    <Loaded query={useAreaFindings(area, clusters, search, page)}>
      {({ items, total }) =>
        total === 0 ? (
          <Empty icon={CircleCheck} title={`No finding about ${about}`}>
            No rule of area {area} finds anything in what is told now.
          </Empty>
        ) : (
          <>
            <div className="divide-y">
              {items.map((finding) => (
                <FindingCard
                  key={finding.id}
                  finding={finding}
                  title={<FindingTitle finding={finding} />}
                  open={false}
                />
              ))}
            </div>
            {total > areaPageSize && (
              <Pager
                back="Previous"
                on="Next"
                page={page}
                pageSize={areaPageSize}
                total={total}
                onPage={onPage}
              />
            )}
          </>
        )
      }
    </Loaded>
  )
}
