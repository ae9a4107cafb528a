import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { fetchWithKey } from '../shell/session.ts'
import { Button } from '../ui/button.tsx'
import { type AuditSearch, exportPath } from './audit-search.ts'

/** Saves what the filter shows, as JSON lines. It is fetched first: a link shows no key. */
export function ExportButton({ search }: { search: AuditSearch }) {
  const save = useMutation({ mutationFn: () => saved(search) })
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

async function saved(search: AuditSearch): Promise<void> {
  const response = await fetchWithKey(exportPath(search))
  if (!response.ok) throw new Error(`Not exported: the server answered ${response.status}.`)
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  Object.assign(link, { href: url, download: 'audit.jsonl' })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
