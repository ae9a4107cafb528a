import { Link } from '@tanstack/react-router'
import { Users, Wrench } from 'lucide-react'
import { PageTitle } from '../shell/page-title.tsx'
import { buttonStyle } from '../ui/button.tsx'
import { AboutPanel } from './about-panel.tsx'
import { ModelPanel } from './model-panel.tsx'
import { PipelinePanel } from './pipeline-panel.tsx'
import { RunbookPanel } from './runbook-panel.tsx'
import { SettingPanel } from './setting-panel.tsx'

/** What this program runs with. Read only: settings are changed in the file, the environment or the flags. */
export function SettingPage() {
  return (
    <>
      <PageTitle title="Settings">
        <div className="flex flex-wrap gap-2">
          <Link to="/personas" className={buttonStyle()}>
            <Users aria-hidden /> Personas
          </Link>
          <Link to="/tools" className={buttonStyle()}>
            <Wrench aria-hidden /> Tools
          </Link>
        </div>
      </PageTitle>
      <div className="space-y-4">
        <AboutPanel />
        <PipelinePanel />
        <ModelPanel />
        <RunbookPanel />
        <SettingPanel />
      </div>
    </>
  )
}
