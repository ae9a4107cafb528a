import { Panel } from '../ui/panel.tsx'
import { SendHelp } from '../ui/send-help.tsx'

/** Shown until something else than this machine reports. */
export function SendPanel() {
  return (
    <Panel title="Point your telemetry here">
      <SendHelp />
    </Panel>
  )
}
