import { AreaFindings } from '../finding/area-findings.tsx'
import type { CnfPartProps } from './cnf-part.ts'

export function FindingTab({ search, onChange }: CnfPartProps) {
  return (
    <AreaFindings
      area="CNF"
      about="network functions"
      clusters={search.cluster ?? []}
      search={search.text ?? ''}
      page={search.page ?? 1}
      onPage={(page) => onChange({ page: page > 1 ? page : undefined })}
    />
  )
}
