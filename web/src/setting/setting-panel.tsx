import { useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { filterSettings, valueText } from './setting-text.ts'
import { useSettings } from './use-settings.ts'

/** What was set, and on demand every setting, with its value and where that came from. A search goes through all. */
export function SettingPanel() {
  const query = useSettings()
  const [text, setText] = useState('')
  const [all, setAll] = useState(false)
  const changed = !all && text === ''
  const actions = (
    <>
      <button
        type="button"
        aria-pressed={all}
        onClick={() => setAll(!all)}
        className="h-8 rounded-md border border-line-strong px-2.5 text-sm aria-pressed:border-accent aria-pressed:text-accent"
      >
        {query.data ? `All ${query.data.settings.length}` : 'All'}
      </button>
      <SearchField label="Search settings" value={text} onChange={setText} className="w-56" />
    </>
  )
  return (
    <QueryPanel
      title="Effective settings"
      note={changed ? 'those that are not as shipped' : undefined}
      query={query}
      actions={actions}
      rows={12}
    >
      {({ settings }) => {
        const shown = filterSettings(settings, text, changed)
        return (
          <>
            <ul className="divide-y">
              {shown.map((setting) => (
                <li
                  key={setting.name}
                  className="grid gap-x-4 gap-y-0.5 px-4 py-1.5 lg:grid-cols-[18rem_14rem_6.5rem_1fr]"
                >
                  <span className="break-all font-mono text-xs leading-5">{setting.name}</span>
                  <span className="break-all font-medium font-mono text-xs leading-5">
                    {valueText(setting.value)}
                  </span>
                  <span>
                    <Badge tone={setting.source === 'default' ? 'outline' : 'low'}>{setting.source}</Badge>
                  </span>
                  <span className="break-words text-ink-soft">{setting.description}</span>
                </li>
              ))}
            </ul>
            {shown.length === 0 && (
              <p className="px-4 py-3 text-ink-mute">
                {changed ? 'Everything is as shipped.' : 'No setting fits.'}
              </p>
            )}
          </>
        )
      }}
    </QueryPanel>
  )
}
