import { Download } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { Button } from '../ui/button.tsx'
import { download } from './export-text.ts'

/** Saves what is shown. Texts are made when one is chosen. */
export function ExportMenu({ name, csv, json }: { name: string; csv: () => string; json: () => unknown }) {
  const item = 'cursor-pointer rounded px-2 py-1.5 text-sm outline-none data-[highlighted]:bg-sunken'
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button look="quiet" size="small">
          <Download aria-hidden />
          Export
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          className="z-50 min-w-28 rounded-lg border border-line-strong bg-raised p-1 shadow-overlay"
        >
          <DropdownMenu.Item className={item} onSelect={() => download(`${name}.csv`, 'text/csv', csv())}>
            CSV
          </DropdownMenu.Item>
          <DropdownMenu.Item
            className={item}
            onSelect={() => download(`${name}.json`, 'application/json', JSON.stringify(json(), null, 2))}
          >
            JSON
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
