import { RadioTower } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import type { CnfSearchChange } from './cnf-part.ts'
import { noFilter } from './cnf-search.ts'

export function NothingFits({ what, onChange }: { what: string; onChange: CnfSearchChange }) {
  return (
    <Empty icon={RadioTower} title={`No ${what} fits this filter`}>
      <Button onClick={() => onChange(noFilter)} className="mt-1">
        Clear the filter
      </Button>
    </Empty>
  )
}
