import { CircleCheck } from 'lucide-react'
import { FindingTitle } from '../gpu/finding-title.tsx'
import { Empty } from '../ui/empty.tsx'
import { FindingCard } from '../ui/finding-card.tsx'
import { Pager } from '../ui/pager.tsx'
import type { CnfPartProps } from './cnf-part.ts'
import { Loaded } from './loaded.tsx'
import { findingPageSize, useCnfFindings } from './use-cnf.ts'

/** Open findings of area CNF, most severe first. */
export function FindingTab({ search, onChange }: CnfPartProps) {
  const page = search.page ?? 1
  const query = useCnfFindings(search.cluster ?? [], search.text ?? '', page)
  return (
    <Loaded query={query}>
      {({ items, total }) =>
        total === 0 ? (
          <Empty icon={CircleCheck} title="No finding about network functions">
            No rule of area CNF finds anything in what is told now.
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
            {total > findingPageSize && (
              <Pager
                back="Previous"
                on="Next"
                page={page}
                pageSize={findingPageSize}
                total={total}
                onPage={(next) => onChange({ page: next > 1 ? next : undefined })}
              />
            )}
          </>
        )
      }
    </Loaded>
  )
}
