import { History } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { Button } from '../ui/button.tsx'
import { type QueryLanguage, readHistory } from './query-history.ts'

/** Queries that were run here before. */
export function HistoryMenu({
  language,
  onChoose,
}: {
  language: QueryLanguage
  onChoose: (query: string) => void
}) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button size="icon" aria-label="Earlier queries" title="Earlier queries">
          <History aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          className="z-50 max-h-80 w-[min(40rem,calc(100vw-1.5rem))] overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-overlay"
        >
          <HistoryItems language={language} onChoose={onChoose} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** Read when the menu opens. */
function HistoryItems({
  language,
  onChoose,
}: {
  language: QueryLanguage
  onChoose: (query: string) => void
}) {
  const queries = readHistory(language)
  if (queries.length === 0)
    return (
      <p className="px-2 py-1.5 text-ink-mute text-sm">Queries you run are kept here, in this browser.</p>
    )
  return queries.map((query) => (
    <DropdownMenu.Item
      key={query}
      onSelect={() => onChoose(query)}
      className="wrap-anywhere cursor-pointer rounded px-2 py-1.5 font-mono text-xs outline-none data-[highlighted]:bg-sunken"
    >
      {query}
    </DropdownMenu.Item>
  ))
}
