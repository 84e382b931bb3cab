# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""Words of Wagtail's panel that its own Polish catalogue lacks or bends: ours stand before them.

Nothing imports this module: it is here so that tools/messages.py keeps their translations complete.
"""

from django.utils.translation import gettext_noop as _

WORDS = (
    _('There are no %(model_name)s to display. Why not <a href="%(add_url)s">add one</a>?'),
    _("There are no %(model_name)s to display."),
    _("No %(model_name)s match your query."),
    _("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s across entire site."),
    _("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s"),
    _("Search all pages…"),
    _("Search term"),
    _("You have <span>unsaved edits</span>"),
    _("Go to the first error"),
    _("Actions (footer)"),
    _("Scheduling…"),
    _("Schedule to publish"),
    _("Expiry date/time must be in the future."),
    _("The slug '%(page_slug)s' is already in use within the parent page."),
    _("The page could not be created due to validation errors."),
    _("The page could not be saved due to validation errors."),
    _("The page could not be saved as it is locked"),
    _("There are validation errors, click save to highlight them."),
    _("Correct the validation errors to resume preview (saving will highlight errors)"),
    _("Saved"),
    _("Currently idle"),
    _("View latest version"),
    _("A network error occurred"),
    _("Checks"),
    _("Toggle checks"),
    _("Readability"),
    _("Once scheduled:"),
    _("Toggle minimap"),
    _("Show keyboard shortcuts"),
    _("Keyboard shortcuts are currently disabled; manage your %(account_link)s to enable them."),
    _("Keyboard shortcuts are currently enabled; manage your %(account_link)s to disable them."),
    _("account"),
    _("Text editing"),
    _("Add or show comments"),
    _("'%(page_title)s' has been moved successfully."),
    _("Maximum filesize: %(max_upload_size)s."),
    _("Layout"),
    _("Grid layout"),
    _("List layout"),
    _("Usage count"),
    _("Minimum"),
    _("Maximum"),
    _("The filter options you have selected are not valid."),
    _("You do not have permission to access the admin."),
    _("Meta description is empty"),
    _("Add a concise description for search engines"),
)
