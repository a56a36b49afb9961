// Runs before the first paint, so that nothing moves when it is known how the widget is shown.
document.documentElement.classList.toggle('framed', window.parent !== window);
const theme = new URLSearchParams(location.search).get('theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
