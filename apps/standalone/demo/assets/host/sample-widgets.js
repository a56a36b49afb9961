/** Per widget: what the person asked, and the tool call that opens it. */
export const sampleWidgets = {
  'class-search': {
    title: 'Class search',
    asked: 'I would like to move more. What is there near the harbour?',
    answered: 'Here is the class finder. Search for what you like and book right here.',
    tool: 'search_classes',
    arguments: {},
  },
  'fitness-booking': {
    title: 'Timetable',
    asked: 'What is on at the studio this week?',
    answered: 'This is the timetable for the next seven days. Take any free place.',
    tool: 'get_schedule',
    arguments: { day: 0 },
  },
  'profile-update': {
    title: 'Profile',
    asked: 'Please change my reminder settings.',
    answered: 'Here is your profile. Change what you like and save it.',
    tool: 'update_profile',
    arguments: {},
  },
};
