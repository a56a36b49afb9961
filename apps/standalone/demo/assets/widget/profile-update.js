import { render, say } from './render.js';
import { openWidget } from './widget.js';

const form = document.getElementById('profile');
const button = document.getElementById('save-button');
const { name, email, goal, level, reminders } = form.elements;

const widget = openWidget(({ structuredContent }) => {
  if (!structuredContent?.profile) return say('Your profile is not available. Reload to try again.', 'failed');
  say('');
  render('profile', () => fill(structuredContent.profile));
});

function fill(profile) {
  name.value = profile.name;
  email.value = profile.email;
  goal.value = profile.goal;
  level.value = profile.level;
  reminders.checked = profile.reminders;
  button.disabled = false;
}

function firstInvalid() {
  return [name, email].find((field) => !field.checkValidity());
}

async function save() {
  const invalid = firstInvalid();
  if (invalid) {
    invalid.focus();
    return say(invalid.validationMessage, 'failed');
  }
  const changes = { name: name.value, email: email.value, goal: goal.value, level: level.value, reminders: reminders.checked };
  button.disabled = true;
  const saved = await widget.call('update_profile', changes, 'Saving');
  button.disabled = false;
  if (saved === null) return;
  say('Saved', 'done');
  render('profile-saved', () => fill(saved.profile));
}

button.addEventListener('click', (event) => {
  event.preventDefault();
  save();
});
form.addEventListener('submit', (event) => event.preventDefault());
