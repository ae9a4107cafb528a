import { Loaded } from '../ui/loaded.tsx'
import { Panel } from '../ui/panel.tsx'
import { counted } from '../ui/words.ts'
import { useCorrections } from './use-detection.ts'

/** Bounds that feedback has moved, with how many labels are behind each. */
export function CorrectionPanel() {
  const query = useCorrections()
  return (
    <Panel title="What was learned" note="Bounds that labels have moved" bodyClassName="p-0">
      <Loaded query={query}>
        {({ corrections }) =>
          corrections.length === 0 ? (
            <p className="px-4 py-3 text-ink-mute">Nothing yet: no series has labels enough.</p>
          ) : (
            <ul>
              {corrections.map((one) => (
                <li
                  key={`${one.version} ${JSON.stringify(one.match)} ${JSON.stringify(one.window)}`}
                  className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-t px-4 py-2 first:border-t-0"
                >
                  <span className="min-w-0 flex-1 basis-80 break-words">{one.sentence}</span>
                  <span
                    className="text-ink-mute text-xs"
                    title={one.labels.map(({ user, verdict }) => `${user}: ${verdict}`).join('\n')}
                  >
                    × {one.factor.toFixed(2)} · {counted(one.labels.length, 'label')} of{' '}
                    {counted(one.users, 'person', 'people')} · {counted(one.series, 'series', 'series')}
                    {!one.active && ' · not now'}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  )
}
