import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { saveFile } from '../shell/save-file.ts'
import { Button } from '../ui/button.tsx'
import { type AuditSearch, exportPath } from './audit-search.ts'

/** Saves what the filter shows, as JSON lines. It is fetched first: a link shows no key. */
export function ExportButton({ search }: { search: AuditSearch }) {
  const save = useMutation({ mutationFn: () => saveFile(exportPath(search), 'audit.jsonl') })
  return (
    <div className="ml-auto flex items-center gap-3">
      {save.error && (
        <span role="alert" className="text-critical text-xs">
          {save.error.message}
        </span>
      )}
      <Button disabled={save.isPending} onClick={() => save.mutate()}>
        <Download aria-hidden /> {save.isPending ? 'Exporting…' : 'Export'}
      </Button>
    </div>
  )
}
