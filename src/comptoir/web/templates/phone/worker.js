{% load static %}import { start } from "{% static 'js/phone/worker.js' %}";

start({
  icon: "{% static 'icons/app-192.png' %}",
  shell: "{{ shell }}",
  share: "{{ share }}",
  assets: [{% for asset in assets %}"{{ asset }}"{% if not forloop.last %}, {% endif %}{% endfor %}],
});
