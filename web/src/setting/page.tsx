import { PageTitle } from '../shell/page-title.tsx'
import { AboutPanel } from './about-panel.tsx'
import { PipelinePanel } from './pipeline-panel.tsx'
import { RunbookPanel } from './runbook-panel.tsx'
import { SettingPanel } from './setting-panel.tsx'

/** What this program runs with. Read only: settings are changed in the file, the environment or the flags. */
export function SettingPage() {
  return (
    <>
      <PageTitle title="Settings" />
      <div className="space-y-4">
        <AboutPanel />
        <PipelinePanel />
        <RunbookPanel />
        <SettingPanel />
      </div>
    </>
  )
}
