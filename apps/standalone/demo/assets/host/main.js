import { passThemeOn, startChat } from './chat.js';
import { showLedgerLoading } from './ledger-tiles.js';
import { startLiveView } from './live-view.js';
import { showMetricsLoading } from './metric-table.js';
import { showSql } from './sql-card.js';

function startTheme() {
  const system = matchMedia('(prefers-color-scheme: dark)');
  document.getElementById('theme').onclick = () => {
    const { dataset } = document.documentElement;
    const dark = dataset.theme ? dataset.theme === 'dark' : system.matches;
    dataset.theme = dark ? 'light' : 'dark';
    passThemeOn();
  };
  system.addEventListener('change', passThemeOn);
}

startTheme();
startChat();
showLedgerLoading();
showMetricsLoading();
startLiveView();
void showSql();
