import type { Report } from '@aiops/contract/model/report'
import { useMutation } from '@tanstack/react-query'
import { Download, ExternalLink } from 'lucide-react'
import { saveFile } from '../shell/save-file.ts'
import { sessionKey } from '../shell/session.ts'
import { Button, buttonStyle } from '../ui/button.tsx'
import { downloadPath, formatTitle } from './report-word.ts'

type DownloadButtonProps = { report: Report; small?: boolean }

/** Saves the document. It is fetched first: a link shows no key, and would save a refusal as if it were the report. */
export function DownloadButton({ report, small = false }: DownloadButtonProps) {
  const save = useMutation({
    mutationFn: () => saveFile(downloadPath(report), `${report.id}.${report.format.toLowerCase()}`),
  })
  const label = `Download ${formatTitle(report.format)}`
  return (
    <>
      {save.error && (
        <span role="alert" className="self-center text-critical text-xs">
          {save.error.message}
        </span>
      )}
      <Button
        look={small ? 'plain' : 'strong'}
        size={small ? 'small' : 'normal'}
        title={label}
        disabled={save.isPending}
        onClick={() => save.mutate()}
      >
        <Download aria-hidden /> <span className={small ? 'sr-only' : ''}>{label}</span>
      </Button>
    </>
  )
}

/** Shows the document as it is in a tab of its own; it runs nothing and loads nothing (its content security policy). */
export function OpenButton({ report }: { report: Report }) {
  // A tab of its own cannot show the key; of the other formats a browser shows none under that policy.
  if (sessionKey() !== null || report.format !== 'HTML') return null
  return (
    <a href={downloadPath(report, true)} target="_blank" rel="noopener noreferrer" className={buttonStyle()}>
      <ExternalLink aria-hidden /> Open as HTML
    </a>
  )
}
